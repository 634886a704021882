import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { Registry } from "../../runtime/registry.ts";
import { describeTransform } from "./describe-transform.ts";
import { chosenFiles } from "./transform-files.ts";

for (const file of await chosenFiles(process.env.CONFORMANCE_TRANSFORMS)) {
  const name = basename(file, ".ts");
  try {
    describeTransform(await readTransform(name, file), { name, file });
  } catch (error) {
    // The others are checked all the same.
    describe(name, () => {
      it("is a transform", () => {
        throw error;
      });
    });
  }
}

async function readTransform(name: string, file: string): Promise<Transform> {
  const module: { default?: unknown } = await import(pathToFileURL(file).href);
  return new Registry().register(name, module.default).get(name);
}
