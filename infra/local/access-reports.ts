import { ACCOUNT_ID, type LostMessage } from "./emulator.ts";
import { AccessControl, type AccessDecision } from "./iam/access-control.ts";

/** Whom a machine tells about permissions. */
export interface AccessReports {
  /** Told of every request that was refused. Default: a line on standard error, once for each principal, action and resource. */
  readonly onDenied?: ((decision: AccessDecision) => void) | undefined;
  /** Told of every message that a topic or a rule could deliver nowhere. Default: a line on standard error. */
  readonly onLost?: ((message: LostMessage) => void) | undefined;
  /** Whether the machine keeps all decisions in `calls`. */
  readonly recordCalls?: boolean | undefined;
}

/** An access control without policies as yet, which reports its decisions. */
export function reportedAccess({ onDenied = denialPrinter(), recordCalls = false }: AccessReports) {
  const calls: AccessDecision[] = [];
  const onDecision = (decision: AccessDecision) => {
    if (recordCalls) calls.push(decision);
    if (decision.refusal !== undefined) onDenied(decision);
  };
  return { access: new AccessControl({ accountId: ACCOUNT_ID, onDecision }), calls };
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

export function printLost({ sourceArn, queueArn, reason }: LostMessage): void {
  console.error(`A message of ${sourceArn} to ${queueArn} is lost: ${reason}`);
}

/** Prints what went wrong in a call, unless it was refused, which is told already. */
export function printUnlessDenied(error: unknown): void {
  if (!(error instanceof Error && error.name === "AccessDenied")) console.error(error);
}
