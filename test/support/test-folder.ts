import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has all processes that tests start write their temporary files to one folder, which goes when tests have run: what a process
 * leaves that was killed, and what tools keep there for their next run. They also keep there what Node compiles, since most load
 * Pulumi and its AWS package, again and again.
 */
export default function useTestFolder(): void {
  // Runs within a run, and that of a suite alone, which may be ended at any time.
  if (process.env.NODE_COMPILE_CACHE !== undefined || process.env.CONFORMANCE_TRANSFORMS !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), "tests-"));
  // What `os.tmpdir()` asks for, on Windows the second.
  process.env.TMPDIR = folder;
  process.env.TEMP = folder;
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled");
  // Not before this process ends: those that run tests write there as they end, which is after the last test.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
}
