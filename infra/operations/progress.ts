/** How often a person is told how far an operation came. */
const INTERVAL_MS = 5_000;

/** Tells on standard error, where no program reads it, how far an operation came; not more often than a person reads. */
export class Progress {
  #toldAt = performance.now();

  tell(line: () => string): void {
    if (performance.now() - this.#toldAt < INTERVAL_MS) return;
    this.#toldAt = performance.now();
    console.error(line());
  }
}
