import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readTransforms } from "../../runtime/registry.ts";
import { withTables } from "./tables.ts";

const readme = new URL("../../README.md", import.meta.url);
const transforms = await readTransforms(fileURLToPath(new URL("../../transforms", import.meta.url)));
await writeFile(readme, withTables(await readFile(readme, "utf8"), transforms));
