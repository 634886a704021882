import { dirname, join } from "node:path";
import { checkStackName } from "../../stack-name.ts";
import { readStackConfig, type StackConfig } from "./stack-config.ts";
import { isMap, readYamlFile } from "./yaml-file.ts";

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
  /** Whether Pulumi's own compiler translates the program. */
  readonly compilesTypeScript: boolean;
  readonly stack: string;
  readonly config: StackConfig;
}

/**
 * Reads Pulumi.yaml and Pulumi.STACK.yaml of a folder. Throws a `TypeError` that names the file and what is missing.
 * @param configFile what is read in place of Pulumi.STACK.yaml; in the same format, and not without a `config`
 */
export async function readProject(folder: string, stack: string, configFile?: string): Promise<Project> {
  checkStackName(stack);
  const project = await readYamlFile(join(folder, "Pulumi.yaml"));
  const { runtime, name, main } = project;
  const { name: language, options } = mapOf(runtime);
  if (typeof name !== "string" || language !== "nodejs" || typeof main !== "string") {
    throw new TypeError("Expected Pulumi.yaml to have a name, a main file and a runtime named nodejs.");
  }
  const unread = ["config", "stackConfigDir"].find((key) => key in project);
  if (unread)
    throw new TypeError(`Expected Pulumi.yaml to have no ${unread}: stacks are configured in their own files.`);
  if (configFile !== undefined) await checkHasConfig(configFile);
  const { nodeargs = "", typescript = true } = mapOf(options);
  const program = join(folder, main);
  return {
    folder,
    name,
    program,
    programFolder: dirname(program),
    stack,
    nodeArguments: String(nodeargs).split(/\s+/).filter(Boolean),
    compilesTypeScript: typescript !== false,
    config: await readStackConfig(configFile ?? join(folder, `Pulumi.${stack}.yaml`), name),
  };
}

/** A file that somebody names has something to say: another one is a mistake. */
async function checkHasConfig(file: string): Promise<void> {
  if (!("config" in (await readYamlFile(file)))) {
    throw new TypeError(`Expected a map for config in ${file}, found none.`);
  }
}

function mapOf(value: unknown): Record<string, unknown> {
  return isMap(value) ? value : {};
}
