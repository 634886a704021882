import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { FileReport } from "./process-files.ts";
import { renderSheet, type Shown } from "./sheet.ts";

/** Writes a contact sheet of files and what became of them, as far as it was downloaded, in the order of the workers' names. */
export async function writeSheet(
  path: string,
  files: readonly string[],
  reports: readonly FileReport[],
): Promise<void> {
  const sections = files.map(async (file) => {
    const own = reports.filter((report) => report.file === file);
    const outputs = await Promise.all(
      own.toSorted((one, other) => (one.worker < other.worker ? -1 : 1)).map(readOutputs),
    );
    return { source: { title: [basename(file)], body: await readFile(file) }, outputs: outputs.flat() };
  });
  const sheet = await renderSheet(await Promise.all(sections));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, sheet);
}

function readOutputs({ worker, outputs, downloads, durationMs }: FileReport): Promise<Shown[]> {
  return Promise.all(
    downloads.map(async (download, index) => ({
      title: [worker, outputs[index]?.variant ?? ""],
      body: await readFile(download),
      ms: durationMs,
    })),
  );
}
