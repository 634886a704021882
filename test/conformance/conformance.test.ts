import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { Registry } from "../../runtime/registry.ts";
import { describeTransform } from "./describe-transform.ts";
import { chosenFiles } from "./transform-files.ts";

const registry = new Registry();

for (const file of await chosenFiles(process.env.CONFORMANCE_TRANSFORMS)) {
  const name = basename(file, ".ts");
  const module: { default?: unknown } = await import(pathToFileURL(file).href);
  registry.register(name, module.default);
  describeTransform(name, registry.get(name), file);
}
