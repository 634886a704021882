/** How many outputs of an upload are sent at once. Each is held in memory. */
export const SENT_AT_ONCE = 4;

/** Outputs of one upload that are on their way: the next is made while those before it are sent. */
export class Sending<T> {
  readonly #sent: Promise<T>[] = [];

  /** Begins to send, once fewer than are allowed are on their way. Throws what one of those before it failed by. */
  async add(send: () => Promise<T>): Promise<void> {
    await this.#sent.at(-SENT_AT_ONCE);
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
