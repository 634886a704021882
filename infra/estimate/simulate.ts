import { shares } from "./shares.ts";
import { type SimulatedWorker, type WorkerFigures, WorkerRun } from "./worker-run.ts";

/** Uploads that arrive evenly. */
export interface Load {
  readonly uploads: number;
  /** Zero for all at once. */
  readonly windowSeconds: number;
}

/** What all workers share. */
export interface Quotas {
  readonly accountConcurrency: number;
  /** Who tells workers of uploads. */
  readonly ingest: "sns" | "eventbridge";
  readonly publicationsPerSecond: number;
  readonly ruleInvocationsPerSecond: number;
}

export interface Run {
  /** When the last upload was in the queues. */
  readonly acceptedAt: number;
  readonly drainedAt: number;
  readonly peakConcurrency: number;
  readonly workers: readonly WorkerRunOf[];
  /** Each minute of the first two hours, then each hour, and the end. */
  readonly samples: readonly Sample[];
}

export interface WorkerRunOf extends Readonly<WorkerFigures> {
  readonly name: string;
}

export interface Sample {
  readonly seconds: number;
  /** Uploads in the queues, done or not. */
  readonly accepted: number;
  readonly functions: number;
  /** Messages of all queues. */
  readonly waiting: number;
  /** By each worker, in their order. */
  readonly done: readonly number[];
}

/** After so long, with everything in the queues, nothing changes from second to second. */
const FINE_SECONDS = 3_600;
const COARSE_STEP_SECONDS = 10;
const MINUTES_SECONDS = 7_200;

/** What happens to uploads from their arrival to the end of all work on them, second by second. */
export function simulate(workers: readonly SimulatedWorker[], load: Load, quotas: Quotas): Run {
  const runs = workers.map((worker) => new WorkerRun(worker));
  const samples: Sample[] = [];
  let [accepted, acceptedAt, peakConcurrency] = [0, 0, 0];
  for (let now = 0, step = 1; accepted < load.uploads || runs.some((run) => !run.isDone); now += step) {
    step = now - load.windowSeconds < FINE_SECONDS || accepted < load.uploads ? 1 : COARSE_STEP_SECONDS;
    const publishing = publicationsOf(runs, arrived(load, now) - accepted, quotas, step);
    const told = toldNow(arrived(load, now) - accepted, publishing.uploads, runs.length, quotas, step);
    if (told > 0) acceptedAt = now;
    accepted += told;
    for (const run of runs) run.backlog.arrive(told, now);
    const functions = allowedFunctions(runs, quotas.accountConcurrency);
    for (const [index, run] of runs.entries()) {
      run.step({
        from: now,
        until: now + step,
        functions: functions[index] ?? 0,
        publications: publishing.results[index] ?? 0,
      });
    }
    peakConcurrency = Math.max(peakConcurrency, busyFunctions(runs));
    if (isSampled(now + step, step)) samples.push(sample(runs, now + step, accepted));
  }
  const drainedAt = Math.max(acceptedAt, ...runs.map((run) => run.figures.drainedAt));
  return {
    acceptedAt,
    drainedAt,
    peakConcurrency: Math.max(peakConcurrency, ...runs.map((run) => run.figures.peakConcurrency)),
    workers: runs.map(({ worker, figures }) => ({ name: worker.name, ...figures })),
    samples: [
      ...samples.filter(({ seconds }) => seconds < drainedAt),
      { ...sample(runs, drainedAt, accepted), functions: 0 },
    ],
  };
}

function arrived({ uploads, windowSeconds }: Load, now: number): number {
  return now >= windowSeconds ? uploads : Math.floor((uploads * now) / windowSeconds);
}

/**
 * How many uploads a topic tells of, and how many results it takes of each worker, in a step. If that is more than the quota
 * together, each kind gets at least half of it; what AWS does is not said anywhere.
 */
function publicationsOf(runs: readonly WorkerRun[], untold: number, quotas: Quotas, step: number) {
  const available = quotas.publicationsPerSecond * step;
  const wanted = runs.map((run) => Math.ceil(run.uploadsPerSecond(run.wantedFunctions) * step));
  const results = wanted.reduce((sum, want) => sum + want, 0);
  const uploads = quotas.ingest === "sns" ? untold : 0;
  if (uploads + results <= available) return { uploads, results: runs.map(() => Number.POSITIVE_INFINITY) };
  const forResults = Math.min(results, Math.max(available / 2, available - uploads));
  const enough = forResults === results;
  return {
    uploads: Math.floor(available - forResults),
    results: enough ? runs.map(() => Number.POSITIVE_INFINITY) : shares(wanted, forResults),
  };
}

function toldNow(untold: number, published: number, workers: number, quotas: Quotas, step: number): number {
  if (quotas.ingest === "sns") return Math.min(untold, published);
  return Math.min(untold, Math.floor((quotas.ruleInvocationsPerSecond * step) / Math.max(workers, 1)));
}

/** Parts of the account's concurrency, by what each worker's pollers want. Who has more than its part now keeps it until batches end. */
function allowedFunctions(runs: readonly WorkerRun[], accountConcurrency: number): number[] {
  const wants = runs.map((run) => run.wantedFunctions);
  const parts = shares(wants, accountConcurrency);
  const running = runs.reduce((sum, run) => sum + run.running, 0);
  const missing = runs.map((run, index) => Math.max(0, (parts[index] ?? 0) - run.running));
  const granted = shares(missing, Math.max(0, accountConcurrency - running));
  return runs.map((run, index) => Math.min(parts[index] ?? 0, run.running + (granted[index] ?? 0)));
}

function isSampled(now: number, step: number): boolean {
  const every = now <= MINUTES_SECONDS ? 60 : 3_600;
  return now % every < step;
}

function sample(runs: readonly WorkerRun[], seconds: number, accepted: number): Sample {
  return {
    seconds,
    accepted,
    functions: busyFunctions(runs),
    waiting: runs.reduce((sum, run) => sum + run.backlog.messages, 0),
    done: runs.map((run) => run.figures.uploads),
  };
}

function busyFunctions(runs: readonly WorkerRun[]): number {
  return runs.reduce((sum, run) => sum + run.busy, 0);
}
