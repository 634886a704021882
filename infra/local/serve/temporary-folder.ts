import { createHash } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What `os.tmpdir` reads, on every system. */
const VARIABLES = ["TMPDIR", "TEMP", "TMP"];

/**
 * Gives this process, and all that it starts, a temporary folder that the next machine with the same state removes if this
 * one is killed. Returns how to remove it.
 */
export function claimTemporaryFolder(stateFolder: string): () => void {
  const digest = createHash("sha256").update(stateFolder).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `image-machine-${digest}`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  remove();
  mkdirSync(folder, { mode: 0o700 });
  for (const variable of VARIABLES) process.env[variable] = folder;
  return remove;
}
