import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { chosenWorkers } from "./chosen-workers.ts";
import { type DeployOptions, deploy } from "./deploy.ts";
import { processFiles } from "./process-files.ts";
import { mailLine, reportLine } from "./report.ts";
import { writeSheet } from "./write-sheet.ts";

interface RunOptions extends DeployOptions {
  readonly out: string;
  /** What comes before each file's name in the key of its upload. */
  readonly prefix: string;
  /** The workers whose results count; none for all. */
  readonly only: readonly string[];
  /** Where a contact sheet of files and outputs goes, if there is to be one. */
  readonly sheet: string | undefined;
  /** Ends the run with its reason. */
  readonly signal: AbortSignal;
}

/** What is on its way once every upload is at its end, as mail, gets to arrive: time for some retries. */
const MAIL_SECONDS = 30;

/** Runs files through a stack that lives no longer than that, a line for each end. Gives the exit code: 1 if an upload failed. */
export async function runFiles(
  files: readonly string[],
  { out, prefix, only, sheet, signal, ...options }: RunOptions,
  announce: () => void,
): Promise<number> {
  await checkFiles(files);
  announce();
  const stack = await deploy({ ...options, onMail: (file) => console.log(mailLine(file)) });
  try {
    signal.throwIfAborted();
    const workers = chosenWorkers(stack.workers, only);
    const reports = await processFiles({ ...stack, workers }, files, {
      out,
      prefix,
      signal,
      onWaiting: (awaited) => {
        const shown = `${awaited.slice(0, 3).join(", ")}${awaited.length > 3 ? ", …" : ""}`;
        console.error(`Waiting for ${awaited.length}: ${shown}`);
      },
      onReport: (report) => console.log(reportLine(basename(report.file), report)),
    });
    if (sheet) await writeSheet(sheet, files, reports);
    if (only.length === 0 && !(await stack.machine.settled({ seconds: MAIL_SECONDS, signal })) && !signal.aborted)
      console.error(`Some messages are still on their way after ${MAIL_SECONDS} s; what they would bring is lost.`);
    return reports.some(({ status }) => status === "failed") ? 1 : 0;
  } finally {
    await stack.machine.close();
  }
}

async function checkFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile())
      throw new TypeError(`Expected a file, received ${file}, which is ${found ? "none" : "not there"}.`);
  }
  const names = files.map((file) => basename(file));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new TypeError(
      `Expected files of different names, since each is uploaded under its own, received ${repeated} twice.`,
    );
}
