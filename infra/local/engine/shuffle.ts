import { createHash } from "node:crypto";

/** How long no new registration must arrive before the next resource is made, in milliseconds. */
const QUIET_MS = 5;

interface Waiting {
  readonly urn: string;
  readonly start: () => Promise<void>;
}

/**
 * Runs what is waiting one at a time, in an order that a seed decides. The real engine makes independent resources in any
 * order; what works only in the order of the program's lines must fail here too.
 */
export class Shuffle {
  readonly #seed: number;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Calls `start` when its turn comes; the result is that of `start`. */
  run<T>(urn: string, start: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ urn, start: () => start().then(resolve, reject) });
    this.#wait();
    return promise;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#running && this.#waiting.length > 0) this.#timer = setTimeout(() => this.#next(), QUIET_MS);
  }

  async #next(): Promise<void> {
    const next = firstBySeed(this.#seed, this.#waiting);
    if (!next) return;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#running = true;
    await next.start();
    this.#running = false;
    this.#wait();
  }
}

/** The item that comes first in the order of a seed. */
export function firstBySeed<Item extends { urn: string }>(seed: number, items: readonly Item[]): Item | undefined {
  const rank = ({ urn }: Item) => createHash("sha256").update(`${seed} ${urn}`).digest("hex");
  return items.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}
