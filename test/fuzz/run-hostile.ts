import { fork } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** How an image ended in a transform, and what it took. */
export interface HostileEnd {
  readonly outcome: string;
  /** Resident memory of the process at its peak. */
  readonly peakMb: number;
  readonly seconds: number;
}

const PROCESS = fileURLToPath(new URL("hostile-process.ts", import.meta.url));
/** The folder of all transforms. */
export const TRANSFORMS = fileURLToPath(new URL("../../transforms", import.meta.url));

/** Gives an image to each of some transforms, in a process of its own for each. */
export async function runHostile(image: Buffer, transforms: readonly string[]): Promise<Map<string, HostileEnd>> {
  const folder = await mkdtemp(join(tmpdir(), "hostile-"));
  const file = join(folder, "image");
  const ends = new Map<string, HostileEnd>();
  try {
    await writeFile(file, image);
    for (const transform of transforms) ends.set(transform, await runOne(file, transform));
  } finally {
    await rm(folder, { recursive: true });
  }
  return ends;
}

function runOne(file: string, transform: string): Promise<HostileEnd> {
  const child = fork(PROCESS, [file, transform, TRANSFORMS], {
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const { promise, resolve } = Promise.withResolvers<HostileEnd>();
  child.on("message", (end: HostileEnd) => resolve(end));
  child.on("exit", (code, signal) =>
    resolve({ outcome: `CRASH ${signal ?? `exit code ${code}`}`, peakMb: 0, seconds: 0 }),
  );
  return promise;
}
