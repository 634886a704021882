import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../runtime/errors.ts";
import type { Layer } from "../layer.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { checkFiles } from "./check.ts";
import type { LockFile } from "./lock.ts";
import { installFlags, SUPERFLUOUS_FILES, SUPERFLUOUS_FOLDERS } from "./recipe.ts";

/** Installs what the lock file of a folder says, with these flags of npm. */
export type Install = (folder: string, flags: readonly string[]) => Promise<void>;

/**
 * Installs a layer's packages for the platform that functions run on, whatever this machine is. A layer that is already there
 * stays as it is. Throws a `TypeError` if it is nothing that Lambda could use.
 */
export async function buildLayer({ architecture, lock, path }: Layer, install: Install = npmCi): Promise<void> {
  const target = resolve(PROJECT_ROOT, path);
  if (existsSync(target)) return checkFiles(target, architecture);
  await mkdir(dirname(target), { recursive: true });
  // Beside its target, so that it gets there in one step.
  const draft = await mkdtemp(`${target}.draft-`);
  try {
    const folder = join(draft, "nodejs");
    await writeManifests(folder, lock);
    await install(folder, installFlags(architecture));
    await Promise.all(MANIFESTS.map((file) => rm(join(folder, file))));
    await removeSuperfluous(draft);
    await checkFiles(draft, architecture);
    await moveInto(target, draft);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

const MANIFESTS = ["package.json", "package-lock.json"] as const;

async function writeManifests(folder: string, lock: LockFile): Promise<void> {
  const [manifest, lockFile] = MANIFESTS;
  const { name, packages } = lock;
  await mkdir(folder);
  await writeFile(join(folder, manifest), JSON.stringify({ name, ...packages[""] }));
  await writeFile(join(folder, lockFile), JSON.stringify(lock));
}

async function npmCi(folder: string, flags: readonly string[]): Promise<void> {
  const words = ["ci", ...flags];
  try {
    // On Windows npm is a script, which only a shell can start.
    await promisify(execFile)("npm", words, { cwd: folder, shell: process.platform === "win32" });
  } catch (cause) {
    const { stderr = messageOf(cause) } = cause as { stderr?: string };
    throw new Error(`npm ${words.join(" ")} failed: ${stderr.trim()}`, { cause });
  }
}

/** Removes what no function needs at run time. */
export async function removeSuperfluous(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (SUPERFLUOUS_FILES.test(entry.name)) await rm(path);
    } else if (SUPERFLUOUS_FOLDERS.includes(entry.name)) {
      await rm(path, { recursive: true });
    } else {
      await removeSuperfluous(path);
    }
  }
}

/** What another run has put there meanwhile is the same. */
async function moveInto(target: string, draft: string): Promise<void> {
  try {
    await rename(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}
