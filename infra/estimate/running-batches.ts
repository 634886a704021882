/** Batches that end at the same time. */
export interface BatchGroup {
  /** Seconds of the simulation. */
  readonly end: number;
  readonly batches: number;
  /** Of each batch. */
  readonly messages: number;
}

/** Batches that are being worked on, by their ends: a binary heap. */
export class RunningBatches {
  readonly #heap: BatchGroup[] = [];
  #batches = 0;

  get batches(): number {
    return this.#batches;
  }

  add(group: BatchGroup): void {
    const heap = this.#heap;
    this.#batches += group.batches;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || parent.end <= group.end) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = group;
  }

  /** Takes out the group that ends first, if it ends before a time. */
  takeBefore(time: number): BatchGroup | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.end >= time) return undefined;
    const last = heap.pop();
    if (last && heap.length > 0) this.#sink(last);
    this.#batches -= first.batches;
    return first;
  }

  #sink(group: BatchGroup): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = right !== undefined && left !== undefined && right.end < left.end;
      const child = isRight ? right : left;
      if (!child || child.end >= group.end) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = group;
  }
}
