import type { Estimate, Verdict } from "./statistics.ts";

/** What a row is about: the ratio of two times, or a number of its own. */
export type Measure = "wall" | "cpu" | "memory" | "cold start" | "code size";

/** One comparison, or one number beside its target. */
export interface ResultRow {
  readonly job: string;
  readonly title: string;
  readonly measure: Measure;
  /** Milliseconds, megabytes (1024 x 1024 bytes) or kilobytes (1000 bytes), by the measure: the median of all rounds. */
  readonly ours: number;
  /** Who else did it; nobody for a number of its own. */
  readonly against?: string;
  readonly others?: number;
  /** What is held against the target: the ratio of the two, or our own number. */
  readonly result: Estimate;
  readonly target?: number;
  readonly verdict: Verdict;
}

/** A job that failed, and why: one sentence each. */
export interface JobFailure {
  readonly job: string;
  readonly problems: readonly string[];
}

/** All of one run, as it is kept. */
export interface BenchResults {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly rows: readonly ResultRow[];
  readonly failures: readonly JobFailure[];
  /** What else there is to say: what was checked and skipped. */
  readonly notes: readonly string[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  /** Versions by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Whether the numbers of a measure are ratios. */
export function isRatio({ measure }: Pick<ResultRow, "measure">): boolean {
  return measure !== "memory" && measure !== "code size";
}

/** Two runs on one machine as one. */
export function joinResults(one: BenchResults, other: BenchResults): BenchResults {
  return {
    ...one,
    rows: [...one.rows, ...other.rows],
    failures: [...one.failures, ...other.failures],
    notes: [...one.notes, ...other.notes],
  };
}
