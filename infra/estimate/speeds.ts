import { READS_PER_UPLOAD } from "../prices.ts";
import { batchSeconds } from "./batch-time.ts";
import type { Estimate, Scenario } from "./estimate.ts";
import type { Run } from "./simulate.ts";

/** Uploads a second that a worker was done with in its best minute, of which batches that end by chance in it are no part. */
export function uploadsPerSecond({ stack }: Scenario, { run }: Estimate, index: number): number {
  const [worker, figures] = [stack.workers[index], run.workers[index]];
  if (!worker || !figures) return 0;
  const { batchSize, work } = worker;
  const possible = (figures.peakConcurrency * batchSize) / batchSeconds(batchSize, work, worker);
  return Math.min(possible, bestMinute(run, index));
}

function bestMinute({ samples }: Run, worker: number): number {
  const speeds = samples.map(({ seconds, done }, index) => {
    const before = samples[index - 1];
    const from = before?.seconds ?? 0;
    return ((done[worker] ?? 0) - (before?.done[worker] ?? 0)) / Math.max(seconds - from, 1);
  });
  return Math.max(0, ...speeds);
}

/** Requests a second that S3 gets from all workers together for uploads, and from the worker with most of them for its outputs. */
export function requestsPerSecond(scenario: Scenario, estimate: Estimate): { reads: number; writes: number } {
  const { workers } = scenario.stack;
  const speeds = workers.map((_, index) => uploadsPerSecond(scenario, estimate, index));
  return {
    reads: READS_PER_UPLOAD * speeds.reduce((sum, speed) => sum + speed, 0),
    writes: Math.max(0, ...workers.map(({ work }, index) => work.outputs * (speeds[index] ?? 0))),
  };
}
