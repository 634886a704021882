import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../runtime/errors.ts";
import { CodeFiles } from "./code-files.ts";
import { codeProblem } from "./lambda-limits.ts";
import type { Layer } from "./layer.ts";
import { type Architecture, type LockFile, NPM_CPU } from "./layer-lock.ts";
import { PROJECT_ROOT } from "./project-root.ts";

/** The ELF header's number of each processor (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html). */
const ELF_MACHINE = { arm64: 183, x86_64: 62 } as const satisfies Record<Architecture, number>;
const ELF_MAGIC = 0x7f454c46;
const ELF_MACHINE_OFFSET = 18;

/** What packages bring that nothing needs at run time. Licences stay. */
const SUPERFLUOUS_FOLDERS: readonly string[] = [".bin", "include", "install", "src"];
const SUPERFLUOUS_FILES = /^(readme|changelog)(\.|$)|^\.package-lock\.json$|\.d\.[cm]?ts$|\.map$/i;

/**
 * Installs a layer's packages for the platform that functions run on, whatever this machine is. A layer that is already there
 * stays as it is. Returns its bytes.
 */
export async function buildLayer({ architecture, lock, path }: Layer): Promise<number> {
  const target = join(PROJECT_ROOT, path);
  if (!existsSync(target)) {
    await mkdir(dirname(target), { recursive: true });
    // Beside its target, so that it gets there in one step.
    const draft = await mkdtemp(`${target}.draft-`);
    try {
      await install(join(draft, "nodejs"), lock, architecture);
      await removeSuperfluous(draft);
      await checkFiles(draft, architecture);
      await rename(draft, target);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return folderBytes(target);
}

async function install(folder: string, lock: LockFile, architecture: Architecture): Promise<void> {
  const { name, packages } = lock;
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, ...packages[""] }));
  await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
  const platform = ["--os=linux", `--cpu=${NPM_CPU[architecture]}`, "--libc=glibc"];
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-bin-links", "--install-strategy=hoisted"];
  await npm(["ci", ...platform, ...flags], folder);
  await Promise.all(["package.json", "package-lock.json"].map((file) => rm(join(folder, file))));
}

async function npm(words: readonly string[], cwd: string): Promise<void> {
  try {
    // On Windows npm is a script, which only a shell can start.
    await promisify(execFile)("npm", words, { cwd, shell: process.platform === "win32" });
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

/** Throws a `TypeError` that names the first file which Lambda could not use. */
export async function checkFiles(folder: string, architecture: Architecture): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const shown = relative(folder, path);
    if (entry.isSymbolicLink()) throw new TypeError(`Expected no symbolic link in a layer, received ${shown}.`);
    if (entry.isFile() && isBinary(path) && !isElfFor(await readFile(path), architecture)) {
      throw new TypeError(`Expected only binaries of Linux on ${architecture} in a layer, received ${shown}.`);
    }
  }
  const binaries = entries.filter((entry) => entry.isFile() && isBinary(entry.name));
  if (binaries.length === 0)
    throw new TypeError(`Expected binaries of Linux on ${architecture} in a layer, found none.`);
  const files = CodeFiles.at(folder);
  const problem = files && codeProblem("a layer", files);
  if (problem) throw new TypeError(problem);
}

function isBinary(path: string): boolean {
  return /\.(node|dll|dylib|wasm|exe)$|\.so(\.|$)/.test(basename(path));
}

function isElfFor(bytes: Buffer, architecture: Architecture): boolean {
  if (bytes.length < ELF_MACHINE_OFFSET + 2 || bytes.readUInt32BE(0) !== ELF_MAGIC) return false;
  return bytes.readUInt16LE(ELF_MACHINE_OFFSET) === ELF_MACHINE[architecture];
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
