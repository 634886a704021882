import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFunctions } from "../../infra/function-code.ts";

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

/** A copy of this project that a test may change. */
export interface ProjectCopy extends AsyncDisposable {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  /** Replaces a text that must be there. */
  replace(path: string, text: string, by: string): Promise<void>;
}

/** Enough to see what differs from worker to worker, and quick; a stack takes seconds longer with all that there are. */
const FEW_TRANSFORMS = ["pixelate", "resize", "rotate", "thumbnail"];

export interface CopyOptions {
  /** Folders that the copy lies in, as `a/b`. Default: none. */
  readonly below?: string;
  /** Whether it has all transforms, as an example's configuration may name any. Default: a few of them. */
  readonly allTransforms?: boolean;
  /** Whether the program runs with the arguments that Pulumi.yaml gives Node. Default: with `QUICK_ARGUMENTS`. */
  readonly isRunAsWritten?: boolean;
}

/**
 * Node itself reads the program's TypeScript, on one thread and without stack traces: what a program registers is the same, in
 * 0.6 of the CPU time, and tests run some seventy of them.
 */
const QUICK_ARGUMENTS = "--single-threaded --stack-trace-limit=0";

export async function copyProject({
  below = "",
  allTransforms = false,
  isRunAsWritten = false,
}: CopyOptions = {}): Promise<ProjectCopy> {
  const outermost = await mkdtemp(join(tmpdir(), "project-"));
  const folder = join(outermost, below);
  await mkdir(folder, { recursive: true });
  const left = (source: string) => {
    const [, transform] = /[\\/]transforms[\\/]([^\\/]+)\.ts$/.exec(source.slice(ROOT.length - 1)) ?? [];
    return transform === undefined || allTransforms || FEW_TRANSFORMS.includes(transform);
  };
  // Bundled once, rather than in each copy: what is kept is used as long as the sources are the same.
  const files = await readdir(join(ROOT, "transforms"));
  const transforms = files.filter((file) => left(join(ROOT, "transforms", file))).map((file) => basename(file, ".ts"));
  const bundleOf = await bundleFunctions(
    transforms.map((use) => ({ use })),
    join(ROOT, "transforms"),
  );
  // Each by its name: other programs may bundle too, and their drafts come and go in the same folder.
  const bundles = transforms.map((transform) => bundleOf(transform).path);
  for (const part of [...PARTS, ...bundles, ...bundles.map((bundle) => `${bundle}.json`)])
    await cp(join(ROOT, part), join(folder, part), { recursive: true, filter: left });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  const write = (path: string, text: string) => writeFile(join(folder, path), text);
  const replace = async (path: string, text: string, by: string) => {
    const before = await readFile(join(folder, path), "utf8");
    if (!before.includes(text)) throw new Error(`Expected ${path} to contain ${text}.`);
    await write(path, before.replace(text, by));
  };
  if (!isRunAsWritten) await replace("Pulumi.yaml", '"--import tsx"', `"${QUICK_ARGUMENTS}"`);
  return {
    folder,
    write,
    replace,
    [Symbol.asyncDispose]: () => rm(outermost, { recursive: true, force: true }),
  };
}
