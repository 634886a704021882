/** `npm run layer [-- --architecture arm64|x86_64]`: makes the layer of native packages that `pulumi up` needs. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../runtime/errors.ts";
import { CodeFiles } from "../code-files.ts";
import { MEBIBYTE } from "../lambda-limits.ts";
import { readLayer } from "../layer.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { buildLayer } from "./build.ts";
import { ARCHITECTURES } from "./lock.ts";

try {
  const { values } = parseArgs({ options: { architecture: { type: "string", default: "arm64" } } });
  const architecture = ARCHITECTURES.find((known) => known === values.architecture);
  if (!architecture) {
    throw new TypeError(`Expected an architecture of ${ARCHITECTURES.join(", ")}, received ${values.architecture}.`);
  }
  const layer = await readLayer(architecture);
  await buildLayer(layer);
  const { bytes = 0, zippedBytes = 0 } = CodeFiles.at(join(PROJECT_ROOT, layer.path)) ?? {};
  const [unzipped, zipped] = [bytes, zippedBytes].map((size) => `${(size / MEBIBYTE).toFixed(1)} MiB`);
  console.log(`${layer.path}: ${unzipped}, about ${zipped} when zipped, for ${architecture}`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
