/** Outputs of one upload that are on their way: the next is made while those before it are sent. */
export class Sending<T> {
  readonly #sent: Promise<T>[] = [];
  readonly #maxAtOnce: number;

  /** @param maxAtOnce each holds an output in memory. */
  constructor(maxAtOnce = 4) {
    this.#maxAtOnce = maxAtOnce;
  }

  /** Begins to send, once no more than are allowed are on their way. Throws what one of those before it failed by. */
  async add(send: () => Promise<T>): Promise<void> {
    await this.#sent.at(-this.#maxAtOnce);
    const sent = send();
    // Whether or not anyone is waiting for it when it fails, that is handled.
    sent.catch(() => {});
    this.#sent.push(sent);
  }

  /** What was sent, in the order of its making. Throws the first failure, once nothing is on its way any more. */
  async all(): Promise<T[]> {
    await this.settled();
    return Promise.all(this.#sent);
  }

  /** Waits until nothing is on its way, whether or not it failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#sent);
  }
}
