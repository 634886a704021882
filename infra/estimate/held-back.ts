import { amount, count } from "../figures.ts";
import type { Estimate, Scenario, TimedWorker } from "./estimate.ts";
import { LIMITS, type Limit } from "./limits.ts";
import type { WorkerRunOf } from "./simulate.ts";

/** What is done that soon after an upload came keeps up with uploads. */
export const KEEPS_UP_SECONDS = 60;

/** What held a worker back for most of the time, if messages had to wait for it. */
export function limitOf({ limitSeconds, oldestAgeSeconds }: WorkerRunOf): Limit | undefined {
  if (oldestAgeSeconds <= KEEPS_UP_SECONDS) return undefined;
  const [longest] = Object.entries(limitSeconds).sort(([, a], [, b]) => b - a);
  return longest?.[0] as Limit | undefined;
}

/** The limit of a worker with its number, as a cell of a table. */
export function limitCell(worker: TimedWorker, limit: Limit | undefined, { quotas }: Scenario): string {
  if (limit === undefined) return "keeps up";
  if (limit === "maximumConcurrency" && "maximumConcurrency" in worker.scaling)
    return `maximumConcurrency ${amount(worker.scaling.maximumConcurrency)}`;
  if (limit === "maximumPollers" && "maximumPollers" in worker.scaling)
    return count(worker.scaling.maximumPollers, "poller");
  return SHORT[limit]?.(quotas) ?? limit;
}

const SHORT: Partial<Record<Limit, (quotas: Scenario["quotas"]) => string>> = {
  account: ({ accountConcurrency }) => `account concurrency ${amount(accountConcurrency)}`,
  publications: ({ publicationsPerSecond }) => `${amount(publicationsPerSecond)} SNS messages a second`,
  mappingRamp: () => "growth of pollers",
  pollerRamp: () => "growth of pollers",
  mappingMaximum: () => "maximum of pollers",
  pollerThroughput: () => "throughput of pollers",
  environments: () => "new environments",
  messagesInFlight: () => "messages in flight",
};

/** `its own maximumConcurrency (responsive, optimize)`: the limits that held workers back, each with whom it did; none if all kept up. */
export function heldBackBy({ stack }: Scenario, { run }: Estimate): string | undefined {
  const held = run.workers.map((worker) => ({ name: worker.name, limit: limitOf(worker) }));
  const byLimit = Map.groupBy(held, ({ limit }) => limit);
  byLimit.delete(undefined);
  const parts = [...byLimit].flatMap(([limit, workers]) => {
    if (limit === undefined) return [];
    const who = workers.length === stack.workers.length ? "" : ` (${workers.map(({ name }) => name).join(", ")})`;
    return [`${LIMITS[limit]}${limit === "maximumConcurrency" ? ofAll(stack) : ""}${who}`];
  });
  return parts.length > 0 ? parts.join(", and ") : undefined;
}

/** ` of 10` if it is the same for all workers. */
function ofAll({ workers }: Scenario["stack"]): string {
  const values = new Set(
    workers.map(({ scaling }) => ("maximumConcurrency" in scaling ? scaling.maximumConcurrency : 0)),
  );
  return values.size === 1 && workers.length > 1 ? ` of ${amount([...values][0] ?? 0)}` : "";
}
