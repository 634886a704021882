import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { S3ObjectStore } from "../../runtime/store.ts";
import type { BackfillNotes } from "./backfill-notes.ts";
import { listUploads } from "./list-uploads.ts";
import { type Clock, Pace } from "./pace.ts";
import { inBatches, type Refused, sendBatch } from "./send-messages.ts";
import type { OperatedStack, OperatedWorker } from "./stack-outputs.ts";
import { UploadCheck } from "./upload-check.ts";
import { type ListedUpload, uploadEvent } from "./upload-event.ts";
import { deadUploads, type Finding, findingsOf, NOTHING_FOUND } from "./upload-findings.ts";

export interface BackfillOptions {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly notes: BackfillNotes;
  /** What keys start with, after the prefix of all uploads. */
  readonly prefix: string;
  /** Messages per second. */
  readonly rate: number;
  /** After so many messages the run stops, as if it was told to. */
  readonly limit: number;
  readonly dryRun: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (report: BackfillReport) => void;
}

export interface BackfillReport {
  /** How many uploads are which. */
  readonly found: Readonly<Record<Finding, number>>;
  readonly sent: number;
  /** Those that the queue did not take. */
  readonly refused: readonly Refused<UploadMessage>[];
  /** Whether the last key was reached. */
  readonly isComplete: boolean;
}

/** An upload, and what is sent of it. */
interface UploadMessage {
  readonly body: string;
  readonly upload: ListedUpload;
}

/** Throws a `TypeError` where outputs would be found among uploads: each round would feed the next one. */
export function checkApart({ uploadsBucket, uploadsPrefix, outputsBucket, outputsPrefix }: OperatedStack): void {
  const overlap = uploadsPrefix.startsWith(outputsPrefix) || outputsPrefix.startsWith(uploadsPrefix);
  if (uploadsBucket === outputsBucket && overlap)
    throw new TypeError(
      `Expected uploads and outputs that lie apart, received s3://${uploadsBucket}/${uploadsPrefix} and s3://${outputsBucket}/${outputsPrefix}.`,
    );
}

/** How many objects there are after the last run's end, and how many of them are for the worker. */
export async function countUploads(
  stack: OperatedStack,
  worker: OperatedWorker,
  options: BackfillOptions,
): Promise<{ listed: number; selected: number }> {
  const check = new UploadCheck(worker, new S3ObjectStore(options.s3));
  let listed = 0;
  let selected = 0;
  for await (const page of pages(stack, worker, options)) {
    listed += page.length;
    selected += page.filter((upload) => check.isSelected(upload)).length;
  }
  return { listed, selected };
}

/**
 * Sends those uploads to a worker's queue whose outputs are missing or out of date, in the order of their keys, and notes how far
 * it came. Throws the signal's reason if that aborts; the next run goes on from there.
 */
export async function backfill(
  stack: OperatedStack,
  worker: OperatedWorker,
  options: BackfillOptions,
): Promise<BackfillReport> {
  checkApart(stack);
  const { s3, sqs, notes, rate, limit, dryRun, clock, signal, onProgress } = options;
  const check = new UploadCheck(worker, new S3ObjectStore(s3));
  const dead = await deadUploads(worker, options);
  const pace = new Pace(rate, clock);
  const context = { region: stack.region, startedAt: new Date() };
  const found = { ...NOTHING_FOUND };
  const refused: Refused<UploadMessage>[] = [];
  let sent = 0;
  const report = (isComplete: boolean) => ({ found, sent, refused, isComplete });

  if (!dryRun) await notes.save();
  for await (const page of pages(stack, worker, options)) {
    const due: ListedUpload[] = [];
    for (const [finding, upload] of await findingsOf(page, { check, dead, notes, signal })) {
      found[finding] += 1;
      if (finding === "due") due.push(upload);
      // Where uploads share outputs, those of one are no sign that the other's were made.
      if (finding === "current" && !worker.settings.flatten) notes.forget(upload);
    }
    onProgress(report(false));
    if (dryRun) continue;
    const allowed = due.slice(0, limit - sent);
    for (const batch of inBatches(allowed.map((upload) => ({ upload, body: uploadEvent(upload, context) })))) {
      await pace.take(batch.length, signal);
      const notTaken = await sendBatch(batch, { sqs, queueUrl: worker.queueUrl, clock });
      const kept = new Set(notTaken.map(({ item }) => item));
      await notes.addSent(batch.filter((event) => !kept.has(event)).map(({ upload }) => upload));
      refused.push(...notTaken);
      sent += batch.length - notTaken.length;
      onProgress(report(false));
    }
    if (allowed.length < due.length) return report(false);
    await notes.setAfter(page.at(-1)?.key ?? "");
  }
  if (!dryRun) await notes.finish();
  return report(true);
}

/** The uploads that can be the worker's: a listing has one prefix, and the worker may ask for another. */
async function* pages(
  { uploadsBucket, uploadsPrefix }: OperatedStack,
  { settings }: OperatedWorker,
  { s3, prefix: asked, notes, signal }: BackfillOptions,
): AsyncGenerator<ListedUpload[]> {
  const own = settings.selection.prefix;
  const prefix = [own, asked].find((one) => one.startsWith(own) && one.startsWith(asked));
  if (prefix === undefined) return;
  yield* listUploads(s3, { bucket: uploadsBucket, prefix: uploadsPrefix + prefix, after: notes.after, signal });
}
