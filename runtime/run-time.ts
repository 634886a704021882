/** How much a run counts, compared with all before it. */
const WEIGHT = 0.25;

/** What a worker's runs take, learned from those of one function. The newest count most, so that one slow image is soon forgotten. */
export class RunTime {
  #milliseconds = 0;

  /** What the next run will take, in milliseconds; 0 as long as nothing is known. */
  get expectedMs(): number {
    return this.#milliseconds;
  }

  learn(milliseconds: number): void {
    this.#milliseconds =
      this.#milliseconds === 0 ? milliseconds : (1 - WEIGHT) * this.#milliseconds + WEIGHT * milliseconds;
  }
}
