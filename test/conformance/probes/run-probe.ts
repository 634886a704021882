import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface ProbeOptions {
  readonly flags?: readonly string[];
  readonly input?: Uint8Array;
}

/** What a probe printed, and the files it left in the empty folder that it ran in. */
export interface Probed<Report> {
  readonly report: Report;
  readonly files: readonly string[];
}

const MAX_OUTPUT_BYTES = 1_000_000;
/** Each takes a second or two; one that takes this long hangs. */
const TIMEOUT_MS = 60_000;

/** Runs a module of this folder on a transform's file in a process of its own, since what it asks is of a whole process. */
export async function runProbe<Report>(
  probe: string,
  file: string,
  { flags = [], input = new Uint8Array() }: ProbeOptions = {},
): Promise<Probed<Report>> {
  const folder = await mkdtemp(join(tmpdir(), "probe-"));
  try {
    const { promise: printed, resolve, reject } = Promise.withResolvers<string>();
    const child = execFile(
      process.execPath,
      [...flags, "--no-warnings", fileURLToPath(new URL(probe, import.meta.url)), file],
      {
        cwd: folder,
        env: { ...process.env, NODE_OPTIONS: "", TMPDIR: folder, HOME: folder },
        maxBuffer: MAX_OUTPUT_BYTES,
        timeout: TIMEOUT_MS,
      },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    );
    // A probe that ends before it has read all says why by its exit.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    // Whatever the transform prints comes before.
    const report: Report = JSON.parse((await printed).trim().split("\n").at(-1) ?? "");
    return { report, files: await readdir(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
