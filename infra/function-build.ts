import type { BuildOptions } from "esbuild";
import { DEFLATED_DATA } from "./deflated-data.ts";
import { LAYER_PACKAGES } from "./layer.ts";

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
