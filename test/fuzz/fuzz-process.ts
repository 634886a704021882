/**
 * Runs cases of one kind, one after the other, and says before each which it is: whatever it does to this process, the other
 * one knows the case.
 */
import { PipelineError } from "../../runtime/errors.ts";
import { eventCase, runEventCase } from "./event-cases.ts";
import type { CaseAnswer, CaseRange } from "./fuzz-cases.ts";
import { imageCase, runImageCase } from "./image-cases.ts";

const KB_PER_MB = 1024;

let unhandled: unknown;
process.on("unhandledRejection", (reason) => {
  unhandled = reason ?? "nothing";
});
process.on("disconnect", () => process.exit());
process.on("message", async (range: CaseRange) => {
  for (let number = range.from; number < range.to; number++) {
    send({ kind: "begun", number });
    send({ kind: "ended", number, outcome: await outcomeOf(range, number) });
  }
  send({ kind: "finished", peakMb: Math.round(process.resourceUsage().maxRSS / KB_PER_MB) });
});

async function outcomeOf({ subject, seed }: CaseRange, number: number): Promise<string> {
  unhandled = undefined;
  const outcome = await run(subject, number, seed).catch(describe);
  // What is rejected without a handler is told of once the promises of this turn are done with.
  await new Promise((resolve) => setImmediate(resolve));
  return unhandled === undefined ? outcome : `UNHANDLED ${describe(unhandled)}`;
}

async function run(subject: CaseRange["subject"], number: number, seed: number): Promise<string> {
  if (subject === "events") return runEventCase(eventCase(number, seed));
  return runImageCase(await imageCase(subject, number, seed), number);
}

function describe(thrown: unknown): string {
  if (thrown instanceof PipelineError) return `failed ${thrown.code}`;
  return `UNKNOWN ${thrown instanceof Error ? (thrown.stack ?? thrown.message).split("\n").slice(0, 3).join(" | ") : String(thrown)}`;
}

function send(answer: CaseAnswer): void {
  process.send?.(answer);
}
