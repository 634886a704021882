import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { DeployedStack } from "./deploy.ts";
import { type Report, toReport } from "./report.ts";
import { type KeyResult, watchResults } from "./results.ts";

/** What became of one file in one worker. */
export interface FileReport extends Report {
  readonly file: string;
}

export interface ProcessOptions {
  /** Outputs go to `out/<output key>`. */
  readonly out: string;
  readonly onReport: (report: FileReport) => void;
  /** Called every few seconds with what is still awaited, as `file worker`. */
  readonly onWaiting: (awaited: readonly string[]) => void;
}

const PROGRESS_MS = 5_000;

/** Uploads files under their base names, and downloads every worker's outputs as they come. Resolves when every worker has had its say. */
export async function processFiles(
  stack: DeployedStack,
  files: readonly string[],
  { out, onReport, onWaiting }: ProcessOptions,
): Promise<FileReport[]> {
  const s3 = new S3Client({ ...stack.machine.clientSettings, forcePathStyle: true });
  const awaited = new Map<string, { file: string; worker: string }>();
  const reports: FileReport[] = [];
  const { promise: finished, resolve: finish, reject } = Promise.withResolvers<void>();

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

  const stopWatching = await watchResults(stack, (result) => void settle(result).catch(reject));
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
    for (const file of files) {
      await s3.send(
        new PutObjectCommand({ Bucket: stack.uploadsBucket, Key: basename(file), Body: await readFile(file) }),
      );
    }
    if (awaited.size > 0) await finished;
  } finally {
    clearInterval(progress);
    await stopWatching();
    s3.destroy();
  }
  return reports;
}

function idOf(key: string, worker: string): string {
  return JSON.stringify([key, worker]);
}

async function download(s3: S3Client, bucket: string, key: string, out: string): Promise<void> {
  const path = pathInside(out, key);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array());
}

/** Where a key lies below a folder. Throws if that is outside of it. */
export function pathInside(folder: string, key: string): string {
  const path = resolve(folder, `.${sep}${key}`);
  const inside = relative(folder, path);
  if (inside === "" || inside.split(sep)[0] === ".." || resolve(inside) === inside) {
    throw new Error(`Expected an output key that names a file inside ${folder}, received ${key}.`);
  }
  return path;
}
