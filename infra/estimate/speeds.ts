import { READS_PER_UPLOAD } from "../prices.ts";
import type { Estimate, Scenario } from "./estimate.ts";
import type { Run } from "./simulate.ts";

/** Uploads a second that a worker was done with in its best minute. */
export function uploadsPerSecond({ samples }: Run, worker: number): number {
  const speeds = samples.map(({ seconds, done }, index) => {
    const before = samples[index - 1];
    const from = before?.seconds ?? 0;
    return ((done[worker] ?? 0) - (before?.done[worker] ?? 0)) / Math.max(seconds - from, 1);
  });
  return Math.max(0, ...speeds);
}

/** Requests a second that S3 gets from all workers together for uploads, and from the worker with most of them for its outputs. */
export function requestsPerSecond({ stack }: Scenario, { run }: Estimate): { reads: number; writes: number } {
  const speeds = stack.workers.map((_, index) => uploadsPerSecond(run, index));
  return {
    reads: READS_PER_UPLOAD * speeds.reduce((sum, speed) => sum + speed, 0),
    writes: Math.max(0, ...stack.workers.map(({ work }, index) => work.outputs * (speeds[index] ?? 0))),
  };
}
