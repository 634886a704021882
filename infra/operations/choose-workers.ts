import type { OperatedStack, OperatedWorker } from "./stack-outputs.ts";

/** The worker of a name, or all of them without one. Throws a `TypeError` that names those that there are. */
export function chooseWorkers({ workers }: OperatedStack, name: string | undefined): readonly OperatedWorker[] {
  if (name === undefined) return workers;
  const worker = workers.find((candidate) => candidate.name === name);
  if (worker) return [worker];
  const names = workers.map((candidate) => candidate.name).join(", ");
  throw new TypeError(`Expected a worker of ${names} for --worker, received ${name}.`);
}
