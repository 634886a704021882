import { batchSeconds, COLD_START_SECONDS, messagesInTime, type UploadWork } from "./batch-time.ts";
import { type Costs, EVENT_BYTES, sumOfCosts, totalOf, uploadCosts, workerCosts } from "./costs.ts";
import type { PlannedStack, PlannedWorker } from "./planned-stack.ts";
import { type Load, type Quotas, type Run, simulate } from "./simulate.ts";
import type { SimulatedWorker } from "./worker-run.ts";

/** A worker whose work was measured. */
export interface TimedWorker extends PlannedWorker {
  readonly work: UploadWork;
}

export interface TimedStack extends PlannedStack {
  readonly workers: readonly TimedWorker[];
}

/** What is to be estimated. */
export interface Scenario {
  readonly stack: TimedStack;
  readonly load: Load;
  readonly quotas: Quotas;
}

export interface Estimate {
  readonly run: Run;
  /** Of workers in their order, of what happens before them, and of all. */
  readonly costs: { readonly workers: readonly Costs[]; readonly uploads: Costs; readonly sum: Costs };
  /** US dollars. */
  readonly dollars: number;
}

/** How long uploads take, and what they cost. */
export function estimate({ stack, load, quotas }: Scenario): Estimate {
  const run = simulate(stack.workers.map(simulatedWorker), load, quotas);
  const workers = stack.workers.map((worker, index) => {
    const figures = run.workers[index];
    if (!figures) throw new TypeError(`Expected figures of worker ${worker.name}, found none.`);
    return workerCosts(worker, figures);
  });
  const outputs = stack.workers.reduce(
    (sum, { work }, index) => sum + work.outputs * (run.workers[index]?.uploads ?? 0),
    0,
  );
  const uploads = uploadCosts(stack, load.uploads, outputs);
  const sum = sumOfCosts([...workers, uploads]);
  return { run, costs: { workers, uploads, sum }, dollars: totalOf(sum) };
}

/** What does not fit a function's time comes again, so that batches are as large as what does. */
function simulatedWorker(worker: TimedWorker): SimulatedWorker {
  return {
    ...worker,
    batchSize: Math.max(1, messagesInTime(worker.batchSize, worker.work, worker)),
    messageBytes: EVENT_BYTES,
    secondsOf: (messages) => batchSeconds(messages, worker.work, worker),
    coldStartSeconds: COLD_START_SECONDS,
  };
}
