import { join } from "node:path";
import { build, version } from "esbuild";
import { SILENT_BUILD } from "../../function-build.ts";
import { FileDigests, keptBundle, type NewBundle } from "../../kept-bundle.ts";
import { PROJECT_ROOT } from "../../project-root.ts";

const SOURCE = "infra/local/function-host/runner.ts";

/** Beside the code of functions. Not under version control. */
const FOLDER = join(PROJECT_ROOT, ".image-machine/runner");

/**
 * The file of what `runner.ts` is in JavaScript: Node would take as long to strip its types as for the rest of its own start,
 * in each process anew.
 */
export const RUNNER_FILE = await keepRunner();

async function keepRunner(): Promise<string> {
  const files = { bundle: join(FOLDER, "index.mjs"), record: `${FOLDER}.json` };
  await keptBundle(files, version, new FileDigests(), bundleRunner);
  return files.bundle;
}

async function bundleRunner(): Promise<NewBundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [SOURCE],
    bundle: true,
    platform: "node",
    format: "esm",
    metafile: true,
    ...SILENT_BUILD,
  });
  const [file] = outputFiles;
  if (!file) throw new Error("Expected one file, received none.");
  return { contents: file.contents, inputs: Object.keys(metafile.inputs), transformSource: "" };
}
