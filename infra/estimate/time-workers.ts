import { openSource } from "../../runtime/source.ts";
import type { TimedWorker } from "./estimate.ts";
import { type MeasuredWork, measure } from "./measure.ts";
import { digestOf, measureSizes } from "./measure-all.ts";
import { type Measured, type TimedImage, timeAt } from "./measured-times.ts";
import type { PlannedWorker } from "./planned-stack.ts";

export interface TimingOptions {
  readonly transformsFolder: string;
  readonly measured: Measured;
  readonly megapixels: number;
  /** Told of a worker whose transform or options are not those that were measured before. */
  readonly onMeasuring: (worker: string) => void;
}

/** Runs for a measurement that somebody waits for. */
const REPETITIONS = 3;

/**
 * Adds to workers what an upload of a size takes of them: as it was measured before, or measured now if that was other work.
 * Leaves out those that take no JPEG.
 */
export async function timeWorkers(workers: readonly PlannedWorker[], options: TimingOptions): Promise<TimedWorker[]> {
  const timed: TimedWorker[] = [];
  for (const worker of workers) {
    const times = await timesOf(worker, options);
    if (times.length === 0) continue;
    timed.push(withWork(worker, timeAt(options.megapixels, times), options.megapixels * 1e6));
  }
  return timed;
}

/** Adds what one image takes of them, measured now. Leaves out those that don't take it. */
export async function timeWorkersWith(image: Uint8Array, workers: readonly PlannedWorker[]): Promise<TimedWorker[]> {
  const { width, height, frames } = await openSource(image);
  const timed: TimedWorker[] = [];
  for (const worker of workers) {
    const time = await measure(workOf(worker), image, REPETITIONS);
    if (time) timed.push(withWork(worker, time.cpuSeconds, width * height * frames));
  }
  return timed;
}

async function timesOf(worker: PlannedWorker, options: TimingOptions): Promise<readonly TimedImage[]> {
  const { transformsFolder, measured, onMeasuring } = options;
  const before = measured.transforms[worker.use];
  if (before?.work === (await digestOf(transformsFolder, { name: worker.use, options: worker.options })))
    return before.times;
  onMeasuring(worker.name);
  return measureSizes(workOf(worker), REPETITIONS);
}

function workOf({ use, transform, options }: PlannedWorker): MeasuredWork {
  return { name: use, transform, options };
}

function withWork(worker: PlannedWorker, cpuSeconds: number, pixels: number): TimedWorker {
  return { ...worker, work: { cpuSeconds, pixels, outputs: worker.transform.variants(worker.options).length } };
}
