import { createHash } from "node:crypto";
import type { WorkerSettings } from "./settings.ts";

/** The name of the user metadata in which an output says whose work it is, and whose work its source was. */
export const MAKERS = "makers";

/** As many as fit beside an output's other metadata, of which S3 takes 2 KB. */
const MAX_MAKERS = 64;
const WRITTEN = new RegExp(`^[0-9a-f]{12}( [0-9a-f]{12}){0,${MAX_MAKERS - 1}}$`);

type Metadata = Readonly<Record<string, string>>;

/** What all copies and replicas of a worker's outputs carry, and no other worker's: of any stack, as long as it writes elsewhere. */
export function makerOf({ worker, outputsBucket, outputsPrefix }: WorkerSettings): string {
  return createHash("sha256")
    .update(JSON.stringify([outputsBucket, outputsPrefix, worker]))
    .digest("hex")
    .slice(0, 12);
}

/** Everyone that has worked on an upload's bytes before, the first one first; nobody for what is no output. */
export function makersOf(metadata: Metadata): readonly string[] {
  const makers = metadata[MAKERS] ?? "";
  return WRITTEN.test(makers) ? makers.split(" ") : [];
}

/**
 * Whether an upload is an output of this worker, or was made from one. However outputs come to be uploads, by a replication rule or
 * by stacks whose buckets cross, each worker works on a picture's descendants once, so that there is an end; after as many workers
 * as can be named there is one too.
 */
export function isOwnWork(metadata: Metadata, settings: WorkerSettings): boolean {
  const makers = makersOf(metadata);
  return makers.includes(makerOf(settings)) || makers.length === MAX_MAKERS;
}
