import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { SILENT_BUILD } from "../../function-build.ts";

/** What `runner.ts` is in JavaScript, in one piece: to strip its types anew takes each process as long as Node's own start. */
export const RUNNER_CODE = await bundleRunner();

async function bundleRunner(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("runner.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    ...SILENT_BUILD,
  });
  return outputFiles.map(({ text }) => text).join("");
}
