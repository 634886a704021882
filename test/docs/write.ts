import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { readTransforms } from "../../runtime/registry.ts";
import { isCurrent, picturePath, renderPicture } from "./pictures.ts";
import { withTables } from "./tables.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const transforms = await readTransforms(root("transforms"));
await writeFile(root("README.md"), withTables(await readFile(root("README.md"), "utf8"), transforms));

await mkdir(root("test/docs/pictures"), { recursive: true });
for (const transform of transforms.entries()) {
  const picture = await renderPicture(transform);
  // Another machine's bytes are others; what shows the same stays as it is.
  if (!(await isCurrent(transform.name, picture))) await writeFile(root(picturePath(transform.name)), picture);
}
const wanted = transforms.names().map((name) => basename(picturePath(name)));
for (const file of await readdir(root("test/docs/pictures"))) {
  if (!wanted.includes(file)) await rm(root(`test/docs/pictures/${file}`));
}
