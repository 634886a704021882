import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { DeployedStack } from "./deploy.ts";
import { download } from "./download.ts";
import { type Report, toReport } from "./report.ts";
import { type KeyResult, watchResults } from "./results.ts";

/** What became of one file in one worker. */
export interface FileReport extends Report {
  readonly file: string;
  /** Where its outputs are now, in the order of the outputs. */
  readonly downloads: readonly string[];
}

export interface ProcessOptions {
  /** Outputs go to `out/<output key>`, without what the keys of all outputs start with. */
  readonly out: string;
  /** What comes before each file's name in the key of its upload, as `avatars/`, below the place of all uploads. Default: nothing. */
  readonly prefix?: string | undefined;
  /** Ends the waiting with its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onReport: (report: FileReport) => void;
  /** Called every few seconds with what is still awaited, as `file worker`. */
  readonly onWaiting: (awaited: readonly string[]) => void;
}

const PROGRESS_MS = 5_000;

/** Uploads files under their base names, after the prefix, and downloads every worker's outputs as they come. Resolves when every worker has had its say. */
export async function processFiles(
  stack: DeployedStack,
  files: readonly string[],
  { out, prefix = "", signal, onReport, onWaiting }: ProcessOptions,
): Promise<FileReport[]> {
  const { uploadsBucket, uploadsPrefix, outputsBucket, outputsPrefix } = stack;
  const uploads = files.map((file) => ({ file, key: `${uploadsPrefix}${prefix}${basename(file)}` }));
  const s3 = new S3Client({ ...stack.machine.clientSettings, forcePathStyle: true });
  const awaited = new Map<string, { file: string; worker: string }>();
  const reports: FileReport[] = [];
  const { promise: finished, resolve: finish, reject: fail } = Promise.withResolvers<void>();
  // A download may fail while files are still uploaded, when nobody waits yet.
  finished.catch(() => {});
  const stop = () => fail(signal?.reason);
  signal?.addEventListener("abort", stop);

  const report = (entry: FileReport) => {
    reports.push(entry);
    onReport(entry);
  };
  const settle = async (keyResult: KeyResult) => {
    const id = idOf(keyResult.key, keyResult.worker);
    const expected = awaited.get(id);
    if (!expected) return;
    const downloads: string[] = [];
    const entry = { file: expected.file, downloads, ...toReport(keyResult) };
    const place = { bucket: outputsBucket, prefix: outputsPrefix };
    for (const { key } of entry.outputs) downloads.push(await download(s3, place, key, out));
    // Results come at least once: whoever took it off the list reports it.
    if (awaited.delete(id)) report(entry);
    if (awaited.size === 0) finish();
  };

  const stopWatching = await watchResults(stack, (result) => void settle(result).catch(fail), fail);
  const progress = setInterval(
    () => onWaiting([...awaited.values()].map(({ file, worker }) => `${basename(file)} ${worker}`)),
    PROGRESS_MS,
  );
  try {
    for (const { file, key } of uploads) {
      for (const worker of stack.workers) {
        if (worker.passes(key)) awaited.set(idOf(key, worker.name), { file, worker: worker.name });
        else
          report({
            file,
            worker: worker.name,
            status: "skipped",
            outputs: [],
            downloads: [],
            code: "FILTERED_OUT",
            message: "Its name passes no filter of this worker.",
          });
      }
    }
    if (awaited.size === 0) finish();
    await Promise.all([uploadAll(s3, uploadsBucket, uploads), finished]);
  } finally {
    clearInterval(progress);
    signal?.removeEventListener("abort", stop);
    await stopWatching();
    s3.destroy();
  }
  return reports;
}

function idOf(key: string, worker: string): string {
  return JSON.stringify([key, worker]);
}

async function uploadAll(
  s3: S3Client,
  bucket: string,
  uploads: readonly { readonly file: string; readonly key: string }[],
): Promise<void> {
  for (const { file, key } of uploads) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(file) }));
  }
}
