import { type BuildOptions, build } from "esbuild";
import { DEFLATED_DATA } from "./deflated-data.ts";
import type { NewBundle } from "./kept-bundle.ts";
import { LAYER_PACKAGES } from "./layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";

/** How bundles are made that are never written by esbuild itself. */
export const SILENT_BUILD = {
  // What esbuild would otherwise read from a tsconfig.json near each file.
  tsconfigRaw: { compilerOptions: { target: "ES2024", verbatimModuleSyntax: true } },
  write: false,
  logLevel: "silent",
} as const satisfies BuildOptions;

/** How code is bundled for Lambda, with the project's folder as esbuild's working directory. */
export const FUNCTION_BUILD = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  // Modules first: of CommonJS nothing is left out.
  mainFields: ["module", "main"],
  external: [...LAYER_PACKAGES],
  // The chain that looks for credentials everywhere is a seventh of all code, to be read at each cold start.
  alias: { "@aws-sdk/credential-provider-node": "./runtime/function-credentials.ts" },
  plugins: [DEFLATED_DATA],
  minify: true,
  legalComments: "none",
  sourcemap: false,
  ...SILENT_BUILD,
} as const satisfies BuildOptions;

/** Bundles into one file, which is not written, with the project's folder as esbuild's working directory. */
export async function buildFile(options: BuildOptions): Promise<Pick<NewBundle, "contents" | "inputs">> {
  const { outputFiles, metafile } = await build({
    ...options,
    absWorkingDir: PROJECT_ROOT,
    metafile: true,
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error("Expected one file, received none.");
  return { contents: file.contents, inputs: Object.keys(metafile.inputs) };
}
