import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { build } from "esbuild";
import { messageOf } from "../runtime/errors.ts";
import { CodeFiles } from "./code-files.ts";
import { codeProblem } from "./lambda-limits.ts";
import { LAYER_PACKAGES } from "./layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { SILENT_BUILD, transformDigest } from "./transform-digest.ts";

/** What the functions of a transform's workers are made of. */
export interface FunctionSource {
  /** The transform's name. */
  readonly transform: string;
  readonly transformFile: string;
  /** Where bundles are kept. Not under version control. */
  readonly outputFolder?: string;
}

/** A function's code, as a folder that holds one file. */
export interface FunctionCode {
  /** The folder, relative to the project. */
  readonly path: string;
  /** Of the file, in hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The code of a transform's functions. */
export interface TransformCode extends FunctionCode {
  /** Of the transform's own source text, in hexadecimal digits. */
  readonly transformSource: string;
}

export const FUNCTION_HANDLER = "index.handler";
const FILE_NAME = "index.cjs";
const OUTPUT_FOLDER = ".image-machine/functions";
/** Not among those of workers, one of which may have its name. */
const NOTIFIER_FOLDER = ".image-machine/notifier";

const NOTIFIER_ENTRY = `
    import { createNotifier } from "./runtime/notifier/handler.ts";
    export const handler = createNotifier();
  `;

/** A module to bundle with all that it imports. */
interface Entry {
  /** What is told if it can't be bundled: a file, from the project's folder. */
  readonly about: string;
  readonly contents: string;
  readonly folder: string;
}

/**
 * Bundles the runtime and one transform for Lambda. The same sources give the same bytes on any machine, and a file that
 * is already there is not written again. Throws a `RunError` that names the transform if it can't be bundled.
 */
export async function bundleFunction(source: FunctionSource): Promise<TransformCode> {
  const { transform, transformFile, outputFolder } = source;
  const about = `transforms/${transform}.ts`;
  const transformSource = await transformDigest(transformFile).catch((cause) => {
    throw cannotBundle(about, cause);
  });
  const code = await bundleEntry({
    about,
    contents: entryOf(transform, transformFile, transformSource),
    folder: resolve(PROJECT_ROOT, outputFolder ?? OUTPUT_FOLDER, transform),
  });
  return { ...code, transformSource };
}

/** Bundles the transforms of a folder that workers use, each once. Answers the code of a transform by its name. */
export async function bundleFunctions(
  workers: readonly { readonly use: string }[],
  transformsFolder: string,
): Promise<(transform: string) => TransformCode> {
  const names = [...new Set(workers.map(({ use }) => use))];
  const bundles = await Promise.all(
    names.map((transform) => bundleFunction({ transform, transformFile: join(transformsFolder, `${transform}.ts`) })),
  );
  return (transform) => {
    const code = bundles[names.indexOf(transform)];
    if (!code) throw new TypeError(`Expected a transform of ${names.join(", ")}, received ${transform}.`);
    return code;
  };
}

/** Bundles the function that tells people of failures, in the same way. */
export function bundleNotifier(outputFolder = NOTIFIER_FOLDER): Promise<FunctionCode> {
  return bundleEntry({
    about: "runtime/notifier/handler.ts",
    contents: NOTIFIER_ENTRY,
    folder: resolve(PROJECT_ROOT, outputFolder),
  });
}

async function bundleEntry(entry: Entry): Promise<FunctionCode> {
  const code = await bundle(entry);
  await writeIfChanged(join(entry.folder, FILE_NAME), code);
  await removeOthers(entry.folder);
  const files = CodeFiles.at(entry.folder);
  const problem = files && codeProblem(`the code of ${entry.about}`, files);
  if (problem) throw new RunError(problem);
  return { path: relativeToProject(entry.folder), sha256: sha256(code), bytes: code.length };
}

async function bundle({ about, contents }: Entry): Promise<Uint8Array> {
  try {
    const { outputFiles } = await build({
      absWorkingDir: PROJECT_ROOT,
      stdin: { contents, resolveDir: PROJECT_ROOT, sourcefile: "entry.js" },
      bundle: true,
      platform: "node",
      target: "node24",
      format: "cjs",
      // Modules first: of CommonJS nothing is left out.
      mainFields: ["module", "main"],
      external: [...LAYER_PACKAGES],
      minify: true,
      legalComments: "none",
      sourcemap: false,
      ...SILENT_BUILD,
    });
    const [file] = outputFiles;
    if (!file) throw new Error("Expected one file, received none.");
    return file.contents;
  } catch (cause) {
    throw cannotBundle(about, cause);
  }
}

function cannotBundle(about: string, cause: unknown): RunError {
  return new RunError(`${about} can't be bundled: ${messageOf(cause)}`);
}

/** The module that Lambda loads: a handler for one transform, and no other. */
function entryOf(transform: string, transformFile: string, sourceDigest: string): string {
  return `
    import { createHandler } from "./runtime/handler.ts";
    import transform from ${JSON.stringify(`./${relativeToProject(transformFile)}`)};
    export const handler = createHandler({ name: ${JSON.stringify(transform)}, transform, sourceDigest: "${sourceDigest}" });
  `;
}

/** In one step, since two programs may bundle at once. */
async function writeIfChanged(file: string, content: Uint8Array): Promise<void> {
  const current = await readFile(file).catch(() => undefined);
  if (current?.equals(content)) return;
  await mkdir(dirname(file), { recursive: true });
  const draft = `${dirname(file)}.${process.pid}.draft`;
  await writeFile(draft, content);
  await rename(draft, file);
}

/** What an older version of this program left there would be uploaded too. */
async function removeOthers(folder: string): Promise<void> {
  const others = (await readdir(folder)).filter((name) => name !== FILE_NAME);
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function relativeToProject(path: string): string {
  return relative(PROJECT_ROOT, path).replaceAll("\\", "/");
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
