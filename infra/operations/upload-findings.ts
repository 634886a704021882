import pLimit from "p-limit";
import { readMessage } from "../../runtime/event.ts";
import type { BackfillNotes } from "./backfill-notes.ts";
import { type DeadLetter, letterQueues, lookAtLetters, type Reading } from "./dead-letters.ts";
import type { OperatedWorker } from "./stack-outputs.ts";
import type { UploadCheck } from "./upload-check.ts";
import type { ListedUpload } from "./upload-event.ts";

/** What a backfill finds of an upload. */
export const FINDINGS = {
  due: "with outputs that are missing or out of date",
  current: "with all their outputs, up to date",
  notSelected: "not for this worker",
  unfit: "empty, or larger than the limit",
  deadLettered: "among the worker's dead letters, which npm run redrive sends again",
  sentBefore: "sent by a backfill before, without outputs since: --again sends them again",
} as const;

export type Finding = keyof typeof FINDINGS;

/** Counts of a backfill that has not begun. */
export const NOTHING_FOUND: Readonly<Record<Finding, number>> = {
  due: 0,
  current: 0,
  notSelected: 0,
  unfit: 0,
  deadLettered: 0,
  sentBefore: 0,
};

/** What is known before an upload is looked at. */
interface Known {
  readonly check: UploadCheck;
  /** As `deadUploads` gives them. */
  readonly dead: ReadonlySet<string>;
  readonly notes: BackfillNotes;
  readonly signal: AbortSignal;
}

/** Uploads that are looked at at once. */
const CONCURRENCY = 32;

/** What each upload is, in their order. Throws the signal's reason if that aborts. */
export function findingsOf(uploads: readonly ListedUpload[], known: Known): Promise<[Finding, ListedUpload][]> {
  const run = pLimit(CONCURRENCY);
  return Promise.all(
    uploads.map((upload) =>
      run(async (): Promise<[Finding, ListedUpload]> => [await findingOf(upload, known), upload]),
    ),
  );
}

async function findingOf(upload: ListedUpload, { check, dead, notes, signal }: Known): Promise<Finding> {
  signal.throwIfAborted();
  if (!check.isSelected(upload)) return "notSelected";
  if (!check.isFit(upload)) return "unfit";
  if (await check.isCurrent(upload)) return "current";
  if (dead.has(nameOf(upload))) return "deadLettered";
  return notes.wasSent(upload) ? "sentBefore" : "due";
}

/** Uploads that a worker gave up on, or could not be told of, as they were then. */
export async function deadUploads(worker: OperatedWorker, reading: Reading): Promise<ReadonlySet<string>> {
  const letters = await Promise.all(letterQueues(worker).map((queue) => lookAtLetters(queue, reading)));
  return new Set(letters.flat().flatMap(uploadsIn).map(nameOf));
}

function uploadsIn({ body }: DeadLetter) {
  try {
    return readMessage(body);
  } catch {
    // What is no S3 event is of no upload.
    return [];
  }
}

function nameOf({ key, eTag = "" }: { readonly key: string; readonly eTag?: string }): string {
  return `${eTag} ${key}`;
}
