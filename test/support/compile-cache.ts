import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has all processes that tests start keep what they compile, as long as tests run: most load Pulumi and its AWS package, again
 * and again.
 */
export default function keepCompiled(): (() => void) | undefined {
  // Runs within a run, and that of a suite alone, which may be ended at any time.
  if (process.env.NODE_COMPILE_CACHE !== undefined || process.env.CONFORMANCE_TRANSFORMS !== undefined)
    return undefined;
  const folder = mkdtempSync(join(tmpdir(), "compiled-"));
  process.env.NODE_COMPILE_CACHE = folder;
  // Processes that are just ending write there once more.
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
