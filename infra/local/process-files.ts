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
}

export interface ProcessOptions {
  /** Outputs go to `out/<output key>`. */
  readonly out: string;
  /** Ends the waiting with its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onReport: (report: FileReport) => void;
  /** Called every few seconds with what is still awaited, as `file worker`. */
  readonly onWaiting: (awaited: readonly string[]) => void;
}

const PROGRESS_MS = 5_000;

/** Uploads files under their base names, and downloads every worker's outputs as they come. Resolves when every worker has had its say. */
export async function processFiles(
  stack: DeployedStack,
  files: readonly string[],
  { out, signal, onReport, onWaiting }: ProcessOptions,
): Promise<FileReport[]> {
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
    const entry = { file: expected.file, ...toReport(keyResult) };
    for (const { key } of entry.outputs) await download(s3, stack.outputsBucket, key, out);
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
    for (const file of files) {
      for (const worker of stack.workers) {
        if (worker.passes(basename(file)))
          awaited.set(idOf(basename(file), worker.name), { file, worker: worker.name });
        else
          report({
            file,
            worker: worker.name,
            status: "skipped",
            outputs: [],
            code: "FILTERED_OUT",
            message: "Its name passes no filter of this worker.",
          });
      }
    }
    if (awaited.size === 0) finish();
    await Promise.all([uploadAll(s3, stack.uploadsBucket, files), finished]);
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

async function uploadAll(s3: S3Client, bucket: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: basename(file), Body: await readFile(file) }));
  }
}
