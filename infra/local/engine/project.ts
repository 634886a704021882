import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";

/** A Pulumi project and one of its stacks' configuration, as its files say. */
export interface Project {
  readonly folder: string;
  readonly name: string;
  /** The program's file. */
  readonly program: string;
  /** Where it runs: the file's own folder, as under the CLI. */
  readonly programFolder: string;
  /** Arguments of Node that the program needs. */
  readonly nodeArguments: readonly string[];
  readonly stack: string;
  /** Fully qualified key to text; objects as JSON, as the CLI hands them to programs. */
  readonly config: Readonly<Record<string, string>>;
}

/** Reads Pulumi.yaml and Pulumi.STACK.yaml of a folder. Throws a `TypeError` that names the file and what is missing. */
export async function readProject(folder: string, stack: string): Promise<Project> {
  checkStackName(stack);
  const project = await readYaml(folder, "Pulumi.yaml");
  const { runtime, name, main } = project;
  const { name: language, options } = record(runtime);
  if (typeof name !== "string" || language !== "nodejs" || typeof main !== "string") {
    throw new TypeError("Expected Pulumi.yaml to have a name and a runtime named nodejs.");
  }
  const { nodeargs = "" } = record(options);
  const { config } = await readYaml(folder, `Pulumi.${stack}.yaml`);
  const program = join(folder, main);
  return {
    folder,
    name,
    program,
    programFolder: dirname(program),
    stack,
    nodeArguments: String(nodeargs).split(/\s+/).filter(Boolean),
    config: toConfig(name, record(config)),
  };
}

/** Throws a `TypeError` unless the name is one that Pulumi takes; it is part of the names of files and folders. */
export function checkStackName(stack: string): void {
  if (!/^[A-Za-z0-9_][\w.-]{0,99}$/.test(stack)) {
    throw new TypeError(
      `Expected a stack's name of letters, digits, hyphens, underscores and periods, received ${stack}.`,
    );
  }
}

function toConfig(project: string, config: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.includes(":") ? key : `${project}:${key}`,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}

async function readYaml(folder: string, file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(join(folder, file), "utf8");
  } catch (cause) {
    throw new TypeError(`Expected a file ${file} in ${folder}.`, { cause });
  }
  return record(parse(text));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
