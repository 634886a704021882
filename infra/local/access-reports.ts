import type { LostMessage } from "./emulator.ts";
import type { AccessDecision } from "./iam/access-control.ts";

/** Whom a machine tells about permissions. */
export interface AccessReports {
  /** Told of every request that was refused. Default: a line on standard error, once for each principal, action and resource. */
  readonly onDenied?: ((decision: AccessDecision) => void) | undefined;
  /** Told of every message that a topic could deliver nowhere. Default: a line on standard error. */
  readonly onLost?: ((message: LostMessage) => void) | undefined;
  /** Whether the machine keeps all decisions in `calls`. */
  readonly recordCalls?: boolean | undefined;
}

/** Says what was refused once, however often a function tries again. */
export function denialPrinter(print: (line: string) => void = console.error): (decision: AccessDecision) => void {
  const printed = new Set<string>();
  return ({ principal, action, resource, refusal }) => {
    const id = JSON.stringify([principal, action, resource]);
    if (printed.has(id)) return;
    printed.add(id);
    print(`AccessDenied: ${refusal}`);
  };
}

export function printLost({ topicArn, queueArn, reason }: LostMessage): void {
  console.error(`A message of ${topicArn} to ${queueArn} is lost: ${reason}`);
}
