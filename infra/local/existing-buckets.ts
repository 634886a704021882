import { bucketNameProblem } from "../bucket-name.ts";
import { isObject, parseJson } from "./emulator/json.ts";
import type { Project } from "./engine/project.ts";

/**
 * The buckets that a stack uses but does not make, since its configuration says that they exist; none in another layout. Throws a
 * `TypeError` if one has a name that no bucket can have. What else is wrong in the configuration is the program's to say.
 */
export function existingBuckets({ name, config }: Pick<Project, "name" | "config">): string[] {
  const buckets = parseJson(config[`${name}:buckets`] ?? "");
  if (!isObject(buckets) || buckets.layout !== "existing") return [];
  const names = [buckets.uploads, buckets.outputs].filter((bucket) => typeof bucket === "string");
  const problem = names.map(bucketNameProblem).find((sentence) => sentence !== undefined);
  if (problem !== undefined) throw new TypeError(problem);
  // One bucket may be both.
  return [...new Set(names)];
}
