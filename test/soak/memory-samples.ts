import { collectGarbage, residentMb } from "../support/process-memory.ts";

/** Memory at one moment, in MB; resident unless something else is said. */
export interface MemorySample {
  /** Seconds since the first sample. */
  readonly at: number;
  readonly machine: number;
  /** Of this process's heap, all that is still in use: what is resident may only not be collected yet. */
  readonly liveHeap: number;
  /** Of the largest process of a function. */
  readonly function: number;
}

export interface MemoryTrend {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
  readonly peak: number;
}

const INTERVAL_MS = 500;
/** Collecting stops everything for a moment. */
const SAMPLES_PER_COLLECTION = 20;
const MB = 1024 * 1024;

/** Samples what this process and those of functions take, until it is disposed of. */
export function sampleMemory(
  processIds: () => readonly number[],
): Disposable & { readonly samples: readonly MemorySample[] } {
  const start = performance.now();
  const samples: MemorySample[] = [];
  let liveHeap = 0;
  const sample = () => {
    if (samples.length % SAMPLES_PER_COLLECTION === 0) liveHeap = collectedHeapMb();
    samples.push({
      liveHeap,
      at: Math.round((performance.now() - start) / 1000),
      machine: Math.round(process.memoryUsage.rss() / MB),
      function: Math.max(0, ...processIds().map(residentMb)),
    });
  };
  const timer = setInterval(sample, INTERVAL_MS);
  sample();
  return { samples, [Symbol.dispose]: () => clearInterval(timer) };
}

function collectedHeapMb(): number {
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / MB);
}

/** Medians of the first, the middle and the last third. */
export function trendOf(values: readonly number[]): MemoryTrend {
  const third = Math.ceil(values.length / 3);
  const parts = [0, 1, 2].map((part) => median(values.slice(part * third, (part + 1) * third)));
  const [start = 0, middle = 0, end = 0] = parts;
  return { start, middle, end, peak: Math.max(...values) };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
