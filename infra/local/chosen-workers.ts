import type { DeployedWorker } from "./deploy.ts";

/** The workers of the given names, in their own order; all if no name is given. Throws a `TypeError` for the name of none. */
export function chosenWorkers<Worker extends Pick<DeployedWorker, "name">>(
  workers: readonly Worker[],
  only: readonly string[],
): readonly Worker[] {
  const names = workers.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`Expected workers of ${names.join(", ")} for --only, received ${unknown || "an empty name"}.`);
  return only.length === 0 ? workers : workers.filter(({ name }) => only.includes(name));
}
