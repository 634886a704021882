import type { FailureMailSettings } from "./stack-settings.ts";

/** A line for each thing that failure mail lacks. */
export function checkMail({ failureMail }: { failureMail: FailureMailSettings }): string[] {
  const { by, to, from } = failureMail;
  const problems = [];
  if (by !== "none" && to.length === 0)
    problems.push(`Expected an address for failureMail.to, since failureMail.by is ${by}, received none.`);
  if (by === "ses" && from === "")
    problems.push("Expected an address for failureMail.from, since failureMail.by is ses, received nothing.");
  return problems;
}
