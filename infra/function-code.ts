import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { type BuildOptions, build } from "esbuild";
import { messageOf } from "../runtime/errors.ts";
import { CodeFiles } from "./code-files.ts";
import { codeProblem } from "./lambda-limits.ts";
import { LAYER_PACKAGES } from "./layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";

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
  readonly contents: () => Promise<string> | string;
  readonly folder: string;
}

/** How bundles are made that are never written by esbuild itself. */
const SILENT_BUILD = {
  // What esbuild would otherwise read from a tsconfig.json near each file.
  tsconfigRaw: { compilerOptions: { target: "ES2024", verbatimModuleSyntax: true } },
  write: false,
  logLevel: "silent",
} as const satisfies BuildOptions;

/**
 * Bundles the runtime and one transform for Lambda. The same sources give the same bytes on any machine, and a file that
 * is already there is not written again. Throws a `RunError` that names the transform if it can't be bundled.
 */
export function bundleFunction({ transform, transformFile, outputFolder }: FunctionSource): Promise<FunctionCode> {
  return bundleEntry({
    about: `transforms/${transform}.ts`,
    contents: () => entryOf(transform, transformFile),
    folder: resolve(PROJECT_ROOT, outputFolder ?? OUTPUT_FOLDER, transform),
  });
}

/** Bundles the transforms of a folder that workers use, each once. Answers the code of a transform by its name. */
export async function bundleFunctions(
  workers: readonly { readonly use: string }[],
  transformsFolder: string,
): Promise<(transform: string) => FunctionCode> {
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
    contents: () => NOTIFIER_ENTRY,
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
      stdin: { contents: await contents(), resolveDir: PROJECT_ROOT, sourcefile: "entry.js" },
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
    throw new RunError(`${about} can't be bundled: ${messageOf(cause)}`);
  }
}

/** The text of a transform, then that of the packages it imports: all that decides what it makes, but for the runtime. */
async function sourcesOf(transformFile: string): Promise<Buffer[]> {
  const { metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [transformFile],
    bundle: true,
    platform: "node",
    mainFields: ["module", "main"],
    external: [...LAYER_PACKAGES, "./runtime/contract.ts"],
    metafile: true,
    ...SILENT_BUILD,
  });
  const inputs = Object.keys(metafile.inputs).map((input) => resolve(PROJECT_ROOT, input));
  const packages = inputs.filter((input) => input !== transformFile).sort();
  // The same on every machine, whatever ends its lines.
  const texts = [transformFile, ...packages].map(async (file) =>
    (await readFile(file, "latin1")).replaceAll("\r\n", "\n"),
  );
  return (await Promise.all(texts)).map((text) => Buffer.from(text, "latin1"));
}

/** The module that Lambda loads: a handler for one transform, and no other. */
async function entryOf(transform: string, transformFile: string): Promise<string> {
  const sourceDigest = sha256(Buffer.concat(await sourcesOf(transformFile)));
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
