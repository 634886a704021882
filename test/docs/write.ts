import { readFile, writeFile } from "node:fs/promises";
import { readTransforms } from "../../runtime/registry.ts";
import { withTransformTable } from "./transform-table.ts";

const README = new URL("../../README.md", import.meta.url);
const transforms = await readTransforms(new URL("../../transforms", import.meta.url).pathname);
await writeFile(README, withTransformTable(await readFile(README, "utf8"), transforms.entries()));
