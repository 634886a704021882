import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ProjectCopy } from "./project-copy.ts";

/** What a stack sets, by keys without the project's name. */
export type StackConfig = Readonly<Record<string, unknown>>;

const FILE = "Pulumi.dev.yaml";
const NAMESPACE = "image-machine:";

/** Sets keys of the project's only stack, `dev`; those that it has already stay. */
export async function configure({ folder, write }: ProjectCopy, config: StackConfig): Promise<void> {
  const settings = parse(await readFile(join(folder, FILE), "utf8"));
  const added = Object.entries(config).map(([key, value]) => [`${NAMESPACE}${key}`, value]);
  await write(FILE, stringify({ ...settings, config: { ...settings.config, ...Object.fromEntries(added) } }));
}
