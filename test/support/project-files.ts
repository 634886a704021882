import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sources } from "./imports.ts";

export const PROJECT_ROOT = join(import.meta.dirname, "../..");

/** The files that a commit of everything would hold, by their paths from the project's folder. */
export function projectFiles(): string[] {
  const listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const files = execFileSync("git", listing, { cwd: PROJECT_ROOT, encoding: "utf8" }).split("\0").filter(Boolean);
  // Git still lists what was removed since the last commit.
  return files.filter((file) => existsSync(join(PROJECT_ROOT, file)));
}

export function readSources(): Sources {
  const files = projectFiles().filter((file) => file.endsWith(".ts"));
  return new Map(files.map((file) => [file, readFileSync(join(PROJECT_ROOT, file), "utf8")]));
}
