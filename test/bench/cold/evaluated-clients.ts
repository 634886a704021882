import { readFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { createRequire } from "node:module";

/** Clients of the AWS SDK, and a text that only the code of each has: the namespace of its model. */
export const CLIENT_MARKS = {
  "client-s3": '"com.amazonaws.s3"',
  "client-sns": '"com.amazonaws.sns"',
  "client-sqs": '"com.amazonaws.sqs"',
  "client-sesv2": '"com.amazonaws.sesv2"',
} as const;

export type ClientName = keyof typeof CLIENT_MARKS;

export type ClientState = "not bundled" | "bundled, not evaluated" | "evaluated";

/**
 * What became of each client when this process requires a bundle. V8 itself says which of the file's functions have run
 * (https://nodejs.org/api/inspector.html, Profiler.startPreciseCoverage): esbuild keeps a module that is imported late in a function.
 */
export async function clientsEvaluatedBy(bundle: string): Promise<Record<ClientName, ClientState>> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    createRequire(import.meta.url)(bundle);
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const script = result.find(({ url }) => url.endsWith(bundle));
    if (!script) throw new Error(`Expected the coverage of ${bundle}, found none.`);
    const text = await readFile(bundle, "utf8");
    const ranges = script.functions.flatMap((found) => found.ranges);
    const states = Object.entries(CLIENT_MARKS).map(([client, mark]) => [client, stateOf(text.indexOf(mark), ranges)]);
    return Object.fromEntries(states);
  } finally {
    session.disconnect();
  }
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** By the innermost range of code around a place. */
function stateOf(at: number, ranges: readonly Range[]): ClientState {
  if (at < 0) return "not bundled";
  const around = ranges.filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset);
  const length = ({ startOffset, endOffset }: Range) => endOffset - startOffset;
  const innermost = around.toSorted((one, other) => length(one) - length(other))[0];
  return innermost && innermost.count > 0 ? "evaluated" : "bundled, not evaluated";
}
