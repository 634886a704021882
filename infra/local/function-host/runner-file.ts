import { join } from "node:path";
import { type BuildOptions, version } from "esbuild";
import { buildFile, SILENT_BUILD } from "../../function-build.ts";
import { FileDigests, keptBundle } from "../../kept-bundle.ts";
import { PROJECT_ROOT } from "../../project-root.ts";

const RUNNER_BUILD: BuildOptions = {
  ...SILENT_BUILD,
  entryPoints: ["infra/local/function-host/runner.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
};

/** Beside the code of functions. Not under version control. */
const FOLDER = join(PROJECT_ROOT, ".image-machine/runner");

/**
 * The file of what `runner.ts` is in JavaScript: Node would take as long to strip its types as for the rest of its own start,
 * in each process anew.
 */
export const RUNNER_FILE = await keepRunner();

async function keepRunner(): Promise<string> {
  const files = { bundle: join(FOLDER, "index.mjs"), record: `${FOLDER}.json` };
  const key = JSON.stringify([version, RUNNER_BUILD]);
  await keptBundle(files, key, new FileDigests(), async () => ({
    ...(await buildFile(RUNNER_BUILD)),
    transformSource: "",
  }));
  return files.bundle;
}
