import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build } from "esbuild";
import { SILENT_BUILD } from "./function-build.ts";
import { LAYER_PACKAGES } from "./layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";

/** Of all texts that decide what a transform makes, but for the runtime; the same on every machine, whatever ends their lines. */
export async function transformDigest(transformFile: string): Promise<string> {
  const hash = createHash("sha256");
  for (const text of await sourcesOf(transformFile)) hash.update(text);
  return hash.digest("hex");
}

/** The text of a transform, then that of the packages it imports. */
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
  const texts = [transformFile, ...packages].map(async (file) =>
    (await readFile(file, "latin1")).replaceAll("\r\n", "\n"),
  );
  return (await Promise.all(texts)).map((text) => Buffer.from(text, "latin1"));
}
