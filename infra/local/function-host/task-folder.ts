import { cpSync, mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TaskFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * A copy of a function's code where /var/task would be: away from the repository, so that a bundle that lacks a package
 * fails as it would on AWS.
 */
export function copyToTaskFolder({ name, codeFolder }: { name: string; codeFolder: string }): TaskFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `function-${name}-`)));
  cpSync(codeFolder, path, { recursive: true });
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
