import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface ProbeOptions {
  readonly flags?: readonly string[];
  readonly input?: Uint8Array;
}

const MAX_OUTPUT_BYTES = 1_000_000;
/** Each takes a second or two; one that takes this long hangs. */
const TIMEOUT_MS = 60_000;

/** What a module of this folder prints as JSON when it runs on a transform's file in a process of its own, since what it asks is of a whole process. */
export async function runProbe<Report>(
  probe: string,
  file: string,
  { flags = [], input = new Uint8Array() }: ProbeOptions = {},
): Promise<Report> {
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
    return JSON.parse((await printed).trim().split("\n").at(-1) ?? "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
