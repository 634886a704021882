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

const BUNDLES = ".image-machine/functions";

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
}

export async function copyProject({ below = "", allTransforms = false }: CopyOptions = {}): Promise<ProjectCopy> {
  const outermost = await mkdtemp(join(tmpdir(), "project-"));
  const folder = join(outermost, below);
  await mkdir(folder, { recursive: true });
  const left = (source: string) => {
    const [, transform] = /[\\/]transforms[\\/]([^\\/]+)\.ts$/.exec(source.slice(ROOT.length - 1)) ?? [];
    return transform === undefined || allTransforms || FEW_TRANSFORMS.includes(transform);
  };
  // Bundled once, rather than in each copy: what is kept is used as long as the sources are the same.
  const transforms = await readdir(join(ROOT, "transforms"));
  const copied = transforms.filter((file) => left(join(ROOT, "transforms", file)));
  await bundleFunctions(
    copied.map((file) => ({ use: basename(file, ".ts") })),
    join(ROOT, "transforms"),
  );
  for (const part of [...PARTS, BUNDLES])
    await cp(join(ROOT, part), join(folder, part), { recursive: true, filter: left });
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
    [Symbol.asyncDispose]: () => rm(outermost, { recursive: true, force: true }),
  };
}
