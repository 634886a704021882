import { readdir, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { version } from "esbuild";
import { messageOf } from "../runtime/errors.ts";
import { CodeFiles } from "./code-files.ts";
import { buildFile, FUNCTION_BUILD } from "./function-build.ts";
import { FileDigests, keptBundle, type NewBundle } from "./kept-bundle.ts";
import { codeProblem } from "./lambda-limits.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { transformDigest } from "./transform-digest.ts";

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
const ENTRY = "entry.js";
/** It decides which of several packages of one name is bundled. */
const LOCK_FILE = "package-lock.json";
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
  /** The transform in it, if there is one. */
  readonly transformFile?: string;
  /** Its text, given the digest of the transform's. */
  readonly text: (transformSource: string) => string;
  readonly folder: string;
}

/**
 * Bundles the runtime and one transform for Lambda. The same sources give the same bytes on any machine, and a file that
 * is already there is not written again. Throws a `RunError` that names the transform if it can't be bundled.
 */
export function bundleFunction(source: FunctionSource, digests?: FileDigests): Promise<TransformCode> {
  const { transform, transformFile, outputFolder } = source;
  const entry = {
    about: `transforms/${transform}.ts`,
    transformFile,
    text: (transformSource: string) => entryOf(transform, transformFile, transformSource),
    folder: resolve(PROJECT_ROOT, outputFolder ?? OUTPUT_FOLDER, transform),
  };
  return bundleEntry(entry, digests);
}

/** Bundles the transforms of a folder that workers use, each once. Answers the code of a transform by its name. */
export async function bundleFunctions(
  workers: readonly { readonly use: string }[],
  transformsFolder: string,
): Promise<(transform: string) => TransformCode> {
  const names = [...new Set(workers.map(({ use }) => use))];
  const digests = new FileDigests();
  const bundles = await Promise.all(
    names.map((transform) =>
      bundleFunction({ transform, transformFile: join(transformsFolder, `${transform}.ts`) }, digests),
    ),
  );
  return (transform) => {
    const code = bundles[names.indexOf(transform)];
    if (!code) throw new TypeError(`Expected a transform of ${names.join(", ")}, received ${transform}.`);
    return code;
  };
}

/** Bundles the function that tells people of failures, in the same way. */
export async function bundleNotifier(outputFolder = NOTIFIER_FOLDER): Promise<FunctionCode> {
  const { path, sha256, bytes } = await bundleEntry({
    about: "runtime/notifier/handler.ts",
    text: () => NOTIFIER_ENTRY,
    folder: resolve(PROJECT_ROOT, outputFolder),
  });
  return { path, sha256, bytes };
}

async function bundleEntry(entry: Entry, digests = new FileDigests()): Promise<TransformCode> {
  const { folder } = entry;
  const files = { bundle: join(folder, FILE_NAME), record: `${folder}.json` };
  const key = JSON.stringify([version, FUNCTION_BUILD, entry.text("")]);
  const kept = await keptBundle(files, key, digests, () => bundle(entry));
  await removeOthers(folder);
  const written = CodeFiles.at(folder);
  const problem = written && codeProblem(`the code of ${entry.about}`, written);
  if (problem) throw new RunError(problem);
  return { path: relativeToProject(folder), ...kept };
}

async function bundle({ about, transformFile, text }: Entry): Promise<NewBundle> {
  try {
    const transformSource = transformFile === undefined ? "" : await transformDigest(transformFile);
    const stdin = { contents: text(transformSource), resolveDir: PROJECT_ROOT, sourcefile: ENTRY };
    const { contents, inputs } = await buildFile({ ...FUNCTION_BUILD, stdin });
    return { contents, inputs: [...inputs.filter((input) => input !== ENTRY), LOCK_FILE], transformSource };
  } catch (cause) {
    throw new RunError(`${about} can't be bundled: ${messageOf(cause)}`);
  }
}

/** The module that Lambda loads: a handler for one transform, and no other. */
function entryOf(transform: string, transformFile: string, sourceDigest: string): string {
  return `
    import { createHandler } from "./runtime/handler.ts";
    import transform from ${JSON.stringify(`./${relativeToProject(transformFile)}`)};
    export const handler = createHandler({ name: ${JSON.stringify(transform)}, transform, sourceDigest: "${sourceDigest}" });
  `;
}

/** What an older version of this program left there would be uploaded too. */
async function removeOthers(folder: string): Promise<void> {
  const others = (await readdir(folder)).filter((name) => name !== FILE_NAME);
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function relativeToProject(path: string): string {
  return relative(PROJECT_ROOT, path).replaceAll("\\", "/");
}
