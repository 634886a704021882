import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { problemOfName } from "../../runtime/transform-problems.ts";

const TEMPLATE = new URL("new-transform/template.ts", import.meta.url);

/** The contract as the template reaches it, and as files of transforms/ do. */
const IMPORT = ['"../../../runtime/contract.ts"', '"../runtime/contract.ts"'] as const;

/**
 * Writes a transform that is complete and keeps every promise to `folder/NAME.ts`, and gives its path. Throws a `TypeError`
 * if the name is none of a transform, or taken.
 */
export async function newTransform(name: string, folder: string): Promise<string> {
  const problem = problemOfName(name);
  if (problem) throw new TypeError(problem);
  const file = join(folder, `${name}.ts`);
  const text = (await readFile(TEMPLATE, "utf8")).replace(...IMPORT);
  await writeFile(file, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    throw new TypeError(`Expected the name of no transform yet, received ${name}.`, { cause: error });
  });
  return file;
}

/** What to do with a new transform, in this order. */
export function nextCommands(name: string): string[] {
  return [
    `npm run conformance -- ${name}`,
    `npm start -- photo.jpg --only ${name} --sheet ${name}.png`,
    "npm run docs",
  ];
}
