import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** All that the program needs to run. */
const PARTS = [
  "infra",
  "runtime",
  "transforms",
  "Pulumi.yaml",
  "Pulumi.dev.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** The transforms that a copy has: a few of all, since each is a worker whose ends a test has to wait for. */
const TRANSFORMS = ["pixelate.ts", "resize.ts", "rotate.ts", "thumbnail.ts"];

/** A copy of this project that a test may change. */
export interface ProjectCopy extends AsyncDisposable {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  /** Replaces a text that must be there. */
  replace(path: string, text: string, by: string): Promise<void>;
}

export async function copyProject(): Promise<ProjectCopy> {
  const folder = await mkdtemp(join(tmpdir(), "project-"));
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true, filter: isCopied });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  const write = (path: string, text: string) => writeFile(join(folder, path), text);
  return {
    folder,
    write,
    replace: async (path, text, by) => {
      const before = await readFile(join(folder, path), "utf8");
      if (!before.includes(text)) throw new Error(`Expected ${path} to contain ${text}.`);
      await write(path, before.replace(text, by));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function isCopied(path: string): boolean {
  return basename(dirname(path)) !== "transforms" || TRANSFORMS.includes(basename(path));
}
