import type { Registry } from "../../runtime/registry.ts";
import { problemOfName } from "../../runtime/transform-problems.ts";
import type { WorkerTransforms } from "./stack-schema.ts";

/**
 * Which transform each worker uses: every transform has a worker of its name, and a stack may add further ones that say whose
 * transform they `use`.
 * @param workers the configuration of workers by name, not yet read
 * Throws a `TypeError` with a line for each further worker that can't be.
 */
export function transformsOfWorkers(transforms: Registry, workers: unknown): WorkerTransforms {
  const own = transforms.entries().map((entry) => [entry.name, entry] as const);
  const names = transforms.names();
  const further = isObject(workers) ? Object.entries(workers).filter(([name]) => !names.includes(name)) : [];
  const problems = further
    .map(([name, worker]) => furtherProblem(name, worker, names))
    .filter((it) => it !== undefined);
  if (problems.length > 0) throw new TypeError(problems.join("\n"));
  return new Map([
    ...own,
    ...further.map(([name, worker]) => {
      const use = String((worker as { use: unknown }).use);
      return [name, { name: use, transform: transforms.get(use) }] as const;
    }),
  ]);
}

function furtherProblem(name: string, worker: unknown, transforms: readonly string[]): string | undefined {
  const use = isObject(worker) ? worker.use : undefined;
  if (use === undefined) {
    return `Expected a worker of ${transforms.join(", ")}, or a further one that says which of these to use, for workers.${name}, received ${JSON.stringify(worker)}.`;
  }
  if (!transforms.includes(String(use)))
    return `Expected one of ${transforms.join(", ")} for workers.${name}.use, received ${JSON.stringify(use)}.`;
  return problemOfName(name)?.replace("a file name", "a worker's name");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
