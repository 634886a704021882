import type { WorkerConfiguration } from "./config/stack-settings.ts";
import { ACCOUNT_CONCURRENCY, FUNCTIONS_PER_POLLER } from "./lambda-scaling.ts";

/**
 * A warning if the workers together may run more functions than an account has by default. Messages that are throttled come
 * back and count as received, so that good uploads could end as dead letters.
 */
export function capacityWarning(workers: readonly WorkerConfiguration[]): string | undefined {
  const total = workers.map(functionsAtOnce).reduce((sum, count) => sum + count, 0);
  if (total <= ACCOUNT_CONCURRENCY) return undefined;
  const shares = workers.map((worker) => `${worker.name} ${functionsAtOnce(worker)}`).join(", ");
  return `Workers may run ${total} functions at once (${shares}), more than the ${ACCOUNT_CONCURRENCY} that an account has by default. Ask AWS for a higher concurrency quota, or lower maximumConcurrency: throttled messages count as received.`;
}

function functionsAtOnce({ maximumConcurrency, provisionedPollers }: WorkerConfiguration): number {
  return provisionedPollers ? FUNCTIONS_PER_POLLER * provisionedPollers.maximum : maximumConcurrency;
}
