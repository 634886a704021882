/** `npm run layer [-- --architecture arm64|x86_64]`: makes the layer of native packages that `pulumi up` needs. */
import { parseArgs } from "node:util";
import { messageOf } from "../runtime/errors.ts";
import { readLayer } from "./layer.ts";
import { buildLayer } from "./layer-build.ts";
import { ARCHITECTURES } from "./layer-lock.ts";

try {
  const { values } = parseArgs({ options: { architecture: { type: "string", default: "arm64" } } });
  const architecture = ARCHITECTURES.find((known) => known === values.architecture);
  if (!architecture) {
    throw new TypeError(`Expected an architecture of ${ARCHITECTURES.join(", ")}, received ${values.architecture}.`);
  }
  const layer = await readLayer(architecture);
  const bytes = await buildLayer(layer);
  console.log(`${layer.path}: ${(bytes / 1024 / 1024).toFixed(1)} MiB for ${architecture}`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
