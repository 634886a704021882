import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What `os.tmpdir()` asks for; Lambda's functions can write nowhere else. */
const VARIABLE = "TMPDIR";

/** Gives the work a folder for temporary files of its own, and tells what is in it when it is stopped. */
export function watchTemporaryFiles(): () => string[] {
  const before = process.env[VARIABLE];
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  process.env[VARIABLE] = folder;
  return () => {
    const files = readdirSync(folder);
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
    rmSync(folder, { recursive: true, force: true });
    return files;
  };
}
