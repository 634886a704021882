import type { KeyResult } from "../results.ts";

/** How many uploads ended how in one worker. */
export type Counts = Readonly<Record<"done" | "skipped" | "removed" | "failed", number>>;

const NONE: Counts = { done: 0, skipped: 0, removed: 0, failed: 0 };

/** Counts results, each once however often it is published. */
export class ResultCounts {
  readonly #seen = new Set<string>();
  readonly #byWorker = new Map<string, Counts>();

  /** Whether the result is new. */
  add(keyResult: KeyResult): boolean {
    if (keyResult.status === "published") {
      if (this.#seen.has(keyResult.result.id)) return false;
      this.#seen.add(keyResult.result.id);
    }
    const status = keyResult.status === "published" ? keyResult.result.status : "failed";
    const counts = this.of(keyResult.worker);
    this.#byWorker.set(keyResult.worker, { ...counts, [status]: counts[status] + 1 });
    return true;
  }

  of(worker: string): Counts {
    return this.#byWorker.get(worker) ?? NONE;
  }
}
