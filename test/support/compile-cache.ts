import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has all processes that tests start keep what they compile, as long as tests run: most load Pulumi and its AWS package, again
 * and again.
 */
export default function keepCompiled(): void {
  // Runs within a run, and that of a suite alone, which may be ended at any time.
  if (process.env.NODE_COMPILE_CACHE !== undefined || process.env.CONFORMANCE_TRANSFORMS !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), "compiled-"));
  process.env.NODE_COMPILE_CACHE = folder;
  // Not before this process ends: those that run tests write there as they end, which is after the last test.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
}
