import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { parseDocument } from "yaml";

/** Reads a YAML file that holds a map, or nothing. Throws a `TypeError` of one line that names the file. */
export async function readYamlFile(file: string): Promise<Record<string, unknown>> {
  const document = parseDocument(await readText(file));
  const [problem] = [...document.errors, ...document.warnings];
  // What follows the first line is an excerpt of the file.
  if (problem) {
    const [line = ""] = problem.message.split("\n");
    throw new TypeError(`Expected YAML in ${file}: ${line.replace(/:$/, ".")}`);
  }
  const content: unknown = document.toJS();
  if (content === null) return {};
  if (!isMap(content)) throw new TypeError(`Expected a map in ${file}, received ${JSON.stringify(content)}.`);
  return content;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new TypeError(`Expected a file ${basename(file)} in ${dirname(file)}.`, { cause });
  }
}
