import { ENVIRONMENTS } from "../lambda-scaling.ts";
import { Backlog } from "./backlog.ts";
import type { Limit } from "./limits.ts";
import { type PolledQueue, Pollers, type WorkerScaling } from "./pollers.ts";
import { RunningBatches } from "./running-batches.ts";

/** A worker as the simulation knows it. */
export interface SimulatedWorker extends PolledQueue {
  readonly name: string;
  readonly scaling: WorkerScaling;
  /** Without a cold start. */
  readonly secondsOf: (messages: number) => number;
  readonly coldStartSeconds: number;
  /** Of its queue, as is the rest. */
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  readonly retentionSeconds: number;
}

/** What a worker may do in one step of the simulation. */
export interface Allowance {
  readonly from: number;
  readonly until: number;
  /** Its part of the account's concurrency. */
  readonly functions: number;
  /** Results that it may publish. */
  readonly publications: number;
}

/** What became of a worker's uploads. */
export interface WorkerFigures {
  /** When the last batch was done. */
  drainedAt: number;
  uploads: number;
  batches: number;
  /** Of functions, cold starts included. */
  billedSeconds: number;
  environments: number;
  peakConcurrency: number;
  peakWaiting: number;
  oldestAgeSeconds: number;
  pollerSeconds: number;
  /** Of messages that were received, and not taken by a function before their visibility ended. */
  lostReceives: number;
  /** Messages that were received so often that they are given up on. */
  deadLetters: number;
  /** Messages that were in the queue for as long as it keeps them. */
  expired: number;
  /** How long each limit held it back. */
  readonly limitSeconds: Partial<Record<Limit, number>>;
}

/** One worker's queue, pollers and functions, step by step. */
export class WorkerRun {
  readonly worker: SimulatedWorker;
  readonly backlog = new Backlog();
  readonly figures: WorkerFigures = newFigures();
  readonly #pollers: Pollers;
  readonly #running = new RunningBatches();
  readonly #fullBatchSeconds: number;
  /** Of environments, of batches out of the queue, and of results: what is left to use. */
  #newEnvironments: number = ENVIRONMENTS.burst;
  #polls = 0;
  #publications = 0;
  #blockedBy: Limit | undefined;
  #dying = 0;
  #busy = 0;

  constructor(worker: SimulatedWorker) {
    this.worker = worker;
    this.#pollers = new Pollers(worker.scaling, worker);
    this.#fullBatchSeconds = worker.secondsOf(worker.batchSize);
  }

  get running(): number {
    return this.#running.batches;
  }

  /** How many functions ran at the beginning of the last step, with those that began then. */
  get busy(): number {
    return this.#busy;
  }

  get isDone(): boolean {
    return this.running === 0 && this.backlog.messages === 0;
  }

  /** The functions that its pollers would run now, if the account let them. A poller that is free does not wait for a full batch. */
  get wantedFunctions(): number {
    return Math.min(this.#pollers.functions, this.running + this.backlog.messages);
  }

  /** Uploads a second that so many functions can do. */
  uploadsPerSecond(functions: number): number {
    return (functions * this.worker.batchSize) / this.#fullBatchSeconds;
  }

  step(allowance: Allowance): void {
    const seconds = allowance.until - allowance.from;
    this.#refill(allowance, seconds);
    this.#start(allowance.from, allowance.functions);
    this.#busy = this.running;
    for (;;) {
      const done = this.#running.takeBefore(allowance.until);
      if (!done) break;
      this.figures.drainedAt = done.end;
      this.figures.uploads += done.batches * done.messages;
      this.#start(done.end, allowance.functions);
    }
    this.#note(allowance, seconds);
    if (this.backlog.messages > 0) this.#pollers.grow(seconds);
  }

  #refill({ publications }: Allowance, seconds: number): void {
    this.#blockedBy = undefined;
    this.#newEnvironments = Math.min(ENVIRONMENTS.burst, this.#newEnvironments + ENVIRONMENTS.perSecond * seconds);
    const polls = this.#pollers.batchesPerSecond * seconds;
    this.#polls = Math.min(this.#polls + polls, Math.max(polls, 1));
    // Batches that started together end together: they may need at once what they did not use since.
    this.#publications = Math.min(
      this.#publications + publications,
      publications * Math.max(1, Math.ceil(this.#fullBatchSeconds / seconds)),
    );
  }

  /** Starts as many batches as may be: full ones if there is enough, else as the free pollers share what is there. */
  #start(time: number, functions: number): void {
    const batches = this.#batchesNow(functions);
    if (batches <= 0) return;
    const { batchSize, coldStartSeconds, secondsOf } = this.worker;
    const messages = Math.min(this.backlog.messages, batches * batchSize);
    let cold = Math.max(0, this.running + batches - this.figures.environments);
    const larger = messages % batches;
    for (const [count, size] of [
      [larger, Math.ceil(messages / batches)],
      [batches - larger, Math.floor(messages / batches)],
    ] as const) {
      const coldOnes = Math.min(cold, count);
      cold -= coldOnes;
      this.#run(time + secondsOf(size) + coldStartSeconds, coldOnes, size, time);
      this.#run(time + secondsOf(size), count - coldOnes, size, time);
    }
    this.backlog.take(messages);
    this.#polls -= batches;
    this.#publications -= messages;
    this.figures.peakConcurrency = Math.max(this.figures.peakConcurrency, this.running);
    this.#newEnvironments -= Math.max(0, this.running - this.figures.environments);
    this.figures.environments = Math.max(this.figures.environments, this.running);
  }

  #batchesNow(functions: number): number {
    const wanted = Math.min(functions - this.running, this.backlog.messages);
    if (wanted <= 0) return 0;
    const warm = this.figures.environments - this.running;
    const allowed: readonly (readonly [Limit, number])[] = [
      ["environments", warm + Math.floor(this.#newEnvironments)],
      ["pollerThroughput", Math.floor(this.#polls)],
      ["publications", Math.ceil(this.#publications / this.worker.batchSize)],
    ];
    const [limit, batches] = allowed.reduce((least, one) => (one[1] < least[1] ? one : least));
    if (batches >= wanted) return wanted;
    this.#blockedBy = limit;
    return batches;
  }

  #run(end: number, batches: number, messages: number, start: number): void {
    if (batches === 0) return;
    this.#running.add({ end, batches, messages });
    this.figures.batches += batches;
    this.figures.billedSeconds += batches * (end - start);
  }

  #note({ until, functions }: Allowance, seconds: number): void {
    const { figures, backlog } = this;
    figures.pollerSeconds += this.#pollers.provisioned * seconds;
    figures.oldestAgeSeconds = Math.max(figures.oldestAgeSeconds, backlog.oldestAge(until));
    figures.peakWaiting = Math.max(figures.peakWaiting, backlog.messages);
    if (backlog.messages === 0) return;
    const isThrottled = functions < this.#pollers.functions;
    const limit = this.#blockedBy ?? (isThrottled ? "account" : this.#pollers.limit);
    figures.limitSeconds[limit] = (figures.limitSeconds[limit] ?? 0) + seconds;
    if (isThrottled) this.#loseReceives(functions, seconds);
    figures.expired += backlog.expire(until - this.worker.retentionSeconds);
  }

  /**
   * Pollers hold the batches that were throttled, and try again until their messages' visibility ends; which of them gets the
   * next free function is taken to be chance, so that waiting is spread exponentially. A message that is lost that way as
   * often as the queue delivers it is a dead letter.
   */
  #loseReceives(functions: number, seconds: number): void {
    const { batchSize, visibilityTimeoutSeconds, maxReceiveCount } = this.worker;
    const held = Math.min(this.#pollers.functions - functions, Math.ceil(this.backlog.messages / batchSize));
    const meanWait = (held * this.#fullBatchSeconds) / Math.max(functions, 1);
    const lost = Math.exp(-visibilityTimeoutSeconds / meanWait);
    const taken = this.uploadsPerSecond(functions) * seconds;
    this.figures.lostReceives += (taken * lost) / Math.max(1 - lost, 1e-9);
    const dead = lost ** maxReceiveCount;
    this.#dying += Math.min((taken * dead) / Math.max(1 - dead, 1e-9), this.backlog.messages);
    const whole = Math.min(Math.floor(this.#dying), this.backlog.messages);
    this.#dying -= whole;
    this.backlog.take(whole);
    this.figures.deadLetters += whole;
  }
}

function newFigures(): WorkerFigures {
  return {
    drainedAt: 0,
    uploads: 0,
    batches: 0,
    billedSeconds: 0,
    environments: 0,
    peakConcurrency: 0,
    peakWaiting: 0,
    oldestAgeSeconds: 0,
    pollerSeconds: 0,
    lostReceives: 0,
    deadLetters: 0,
    expired: 0,
    limitSeconds: {},
  };
}
