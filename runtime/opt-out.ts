import type { ObjectHead } from "./store.ts";
import { problemOfName } from "./transform-problems.ts";

/** The name of the user metadata by which an upload opts out, as the header `x-amz-meta-image-machine`. */
export const OPT_OUT = "image-machine";

/** The value that opts out of every worker. */
const EVERY_WORKER = "skip";

/** What an upload's metadata says to a worker. */
export interface OptOut {
  readonly isOut: boolean;
  /** What a reader of the result should know: that the metadata says nothing that is understood. */
  readonly notes: readonly string[];
}

/**
 * Reads whether an upload opts out of a worker: `skip` is for all of them, and names with commas between are for those, in
 * letters of any case. With anything else in it the value says nothing, since a typing error must not make outputs disappear.
 */
export function readOptOut({ metadata }: Pick<ObjectHead, "metadata">, worker: string): OptOut {
  const value = metadata[OPT_OUT];
  if (value === undefined) return { isOut: false, notes: [] };
  const names = value.split(",").map((name) => name.trim().toLowerCase());
  if (names.some(problemOfName)) {
    const note = `Expected ${EVERY_WORKER} or names of workers in the user metadata ${OPT_OUT}, received ${JSON.stringify(value)}, which is ignored.`;
    return { isOut: false, notes: [note] };
  }
  return { isOut: names.includes(worker) || names.join() === EVERY_WORKER, notes: [] };
}
