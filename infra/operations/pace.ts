import { setTimeout } from "node:timers/promises";

/** What time is to an operation; tests have their own. */
export interface Clock {
  /** Milliseconds, from anywhere. */
  now(): number;
  /** Rejects with the signal's reason if that aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, { signal }).catch(() => signal?.throwIfAborted());
  },
};

/** Keeps an operation to a number of messages a second, over any time since it began. */
export class Pace {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #start: number;
  #granted = 0;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#start = clock.now();
  }

  /** Resolves when so many more may go. Rejects if the signal aborts. */
  async take(count: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const due = this.#start + (this.#granted / this.#perSecond) * 1000;
    this.#granted += count;
    const wait = due - this.#clock.now();
    if (wait > 0) await this.#clock.sleep(wait, signal);
  }
}
