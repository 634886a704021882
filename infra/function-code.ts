import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { type BuildOptions, build } from "esbuild";
import { messageOf } from "../runtime/errors.ts";
import { MAX_UNZIPPED_BYTES } from "./lambda-limits.ts";
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
export async function bundleFunction(source: FunctionSource): Promise<FunctionCode> {
  const code = await bundle(source);
  if (code.length > MAX_UNZIPPED_BYTES) {
    throw new RunError(
      `Expected the code of ${source.transform} to have at most ${MAX_UNZIPPED_BYTES} bytes, which is what Lambda takes, received ${code.length}.`,
    );
  }
  const folder = resolve(PROJECT_ROOT, source.outputFolder ?? OUTPUT_FOLDER, source.transform);
  await writeIfChanged(join(folder, FILE_NAME), code);
  return { path: relativeToProject(folder), sha256: sha256(code), bytes: code.length };
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

async function bundle({ transform, transformFile }: FunctionSource): Promise<Uint8Array> {
  try {
    const { outputFiles } = await build({
      absWorkingDir: PROJECT_ROOT,
      stdin: { contents: await entryOf(transform, transformFile), resolveDir: PROJECT_ROOT, sourcefile: "entry.js" },
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
    throw new RunError(`transforms/${transform}.ts can't be bundled: ${messageOf(cause)}`);
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
  return Promise.all([transformFile, ...packages].map((file) => readFile(file)));
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

function relativeToProject(path: string): string {
  return relative(PROJECT_ROOT, path).replaceAll("\\", "/");
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
