/**
 * Lets works run at the same time as long as all they take is within a budget, in the order of their coming. One that takes more
 * than the whole budget gets it to itself.
 */
export class Budget {
  readonly #total: number;
  readonly #maxRunning: number;
  #used = 0;
  #running = 0;
  readonly #waiting: { readonly amount: number; readonly start: () => void }[] = [];

  /** @param maxRunning how many works run at once, however little they take. Default: any number. */
  constructor(total: number, maxRunning = Infinity) {
    this.#total = total;
    this.#maxRunning = maxRunning;
  }

  /** Works that have begun and not ended. */
  get running(): number {
    return this.#running;
  }

  /** Does the work as soon as there is room for it. */
  async spend<T>(amount: number, work: () => Promise<T>): Promise<T> {
    const { promise: turn, resolve: start } = Promise.withResolvers<void>();
    this.#waiting.push({ amount, start });
    this.#next();
    await turn;
    try {
      return await work();
    } finally {
      this.#used -= amount;
      this.#running--;
      this.#next();
    }
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && this.#hasRoom(first.amount); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += first.amount;
      this.#running++;
      first.start();
    }
  }

  #hasRoom(amount: number): boolean {
    if (this.#running >= this.#maxRunning) return false;
    return this.#running === 0 || this.#used + amount <= this.#total;
  }
}
