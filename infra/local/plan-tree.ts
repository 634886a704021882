import type { PlannedResource } from "./plan.ts";
import { factsOf } from "./plan-facts.ts";

/** A line for each resource, below the component it belongs to. */
export function planTree(resources: readonly PlannedResource[], parent: string | null = null, indent = ""): string[] {
  return resources
    .filter((resource) => resource.parent === parent)
    .flatMap((resource) => [
      `${indent}${resource.name}  ${[shortType(resource.type), ...factsOf(resource)].join(", ")}`,
      ...planTree(resources, `${resource.type}::${resource.name}`, `${indent}  `),
    ]);
}

/** A line for each type, and one for all. */
export function planTotals(resources: readonly PlannedResource[]): string[] {
  const byType = Map.groupBy(resources, ({ type }) => shortType(type));
  const lines = [...byType].map(([type, { length }]) => `${String(length).padStart(4)}  ${type}`).sort();
  return [...lines, `${String(resources.length).padStart(4)}  resources`];
}

/** `aws:sqs/queue:Queue` is `aws.sqs.Queue` in a program. */
function shortType(type: string): string {
  const [packageName, module = "", name] = type.split(":");
  return `${packageName}.${module.split("/")[0]}.${name}`;
}
