import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../transforms/", import.meta.url));

/**
 * The files of the transforms to check: of the given ones, else of all in transforms/.
 * @param chosen a JSON array of names of transforms and of paths that end in `.ts`
 */
export async function chosenFiles(chosen: string | undefined): Promise<string[]> {
  const known = (await readdir(FOLDER)).filter((file) => file.endsWith(".ts")).sort();
  const given: string[] = JSON.parse(chosen ?? "[]");
  if (given.length === 0) return known.map((file) => join(FOLDER, file));
  return Promise.all(given.map((nameOrFile) => fileOf(nameOrFile, known)));
}

async function fileOf(nameOrFile: string, known: readonly string[]): Promise<string> {
  if (known.includes(`${nameOrFile}.ts`)) return join(FOLDER, `${nameOrFile}.ts`);
  // npm runs scripts in the project's folder and says here where the caller was.
  const file = resolve(process.env.INIT_CWD ?? "", nameOrFile);
  if (file.endsWith(".ts") && (await stat(file).catch(() => undefined))?.isFile()) return file;
  const names = known.map((file) => file.slice(0, -".ts".length)).join(", ");
  throw new TypeError(`Expected a transform of ${names} or a file that ends in .ts, received ${nameOrFile}.`);
}
