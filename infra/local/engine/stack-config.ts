import { isMap, readYamlFile } from "./yaml-file.ts";

/** Fully qualified key to text; objects as JSON, as the CLI hands them to programs. */
export type StackConfig = Readonly<Record<string, string>>;

/**
 * Reads the configuration of a stack from a file of Pulumi's own format. Throws a `TypeError` of one line that names the file
 * if the CLI would refuse it, or if only the CLI could know a value.
 */
export async function readStackConfig(file: string, project: string): Promise<StackConfig> {
  const { config = {}, environment } = await readYamlFile(file);
  if (environment !== undefined) {
    throw new TypeError(`Expected no environment in ${file}: only the Pulumi CLI can open one.`);
  }
  // YAML has nothing for a key without lines below it.
  if (config === null) return {};
  if (!isMap(config)) throw new TypeError(`Expected a map for config in ${file}, received ${JSON.stringify(config)}.`);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const problem = problemOf(key, value);
      if (problem) throw new TypeError(`${problem} in ${file}.`);
      return [key.includes(":") ? key : `${project}:${key}`, toText(value)];
    }),
  );
}

/** The beginning of a sentence, if the CLI would not hand a value to a program. */
function problemOf(key: string, value: unknown): string | undefined {
  if (!/^[^:]+(:[^:]+)?$/.test(key)) return `Expected keys of the form namespace:name, received ${key}`;
  if (someValue(value, isSecret)) {
    return `Expected a plain value for ${key}, received a secret, which only the Pulumi CLI can decrypt,`;
  }
  if (someValue(value, (item) => typeof item === "number" && !Number.isFinite(item))) {
    return `Expected a value that JSON has a word for, for ${key}, received one that is no finite number`;
  }
}

function someValue(value: unknown, isMeant: (value: unknown) => boolean): boolean {
  if (isMeant(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some((item) => someValue(item, isMeant));
}

/** Pulumi takes any map of this one key for a secret. */
function isSecret(value: unknown): boolean {
  return isMap(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

function toText(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
