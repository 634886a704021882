import { PipelineError } from "../../runtime/errors.ts";

const STACK_LINES = 3;

/** What was rejected without a handler, until it is told of. */
const unhandled: unknown[] = [];
let isWatching = false;

/** How a case ended, in words: its own, a code, or what nobody may ever see. One case at a time. */
export async function outcomeOf(run: () => Promise<string>): Promise<string> {
  watch();
  const outcome = await run().catch(describe);
  // What is rejected without a handler is told of once the promises of this turn are done with.
  await new Promise((resolve) => setImmediate(resolve));
  return takeUnhandled() ?? outcome;
}

/** What was rejected without a handler and is in no outcome yet: a case may leave behind what fails when it has ended. */
export function takeUnhandled(): string | undefined {
  const [first] = unhandled.splice(0);
  return first === undefined ? undefined : `UNHANDLED ${describe(first)}`;
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  process.on("unhandledRejection", (reason) => {
    unhandled.push(reason ?? "nothing");
  });
}

function describe(thrown: unknown): string {
  if (thrown instanceof PipelineError) return `failed ${thrown.code}`;
  if (!(thrown instanceof Error)) return `UNKNOWN ${thrown}`;
  return `UNKNOWN ${(thrown.stack ?? thrown.message).split("\n").slice(0, STACK_LINES).join(" | ")}`;
}
