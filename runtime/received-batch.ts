import type { SQSRecord } from "aws-lambda";
import { receivesOf } from "./turns.ts";

/** Messages that came together, and the time that there is for them. */
export class ReceivedBatch {
  /** Aborts when the time is up. */
  readonly signal: AbortSignal;
  /**
   * Whether one of several messages came before, and may have killed its function: then each is deleted as soon as it is done. It
   * takes an SQS client, which most functions do without.
   */
  readonly isSuspect: boolean;
  readonly #endsAt: number;
  readonly #waiting: Set<SQSRecord>;
  readonly #running = new Set<SQSRecord>();
  readonly #size: number;

  constructor(records: readonly SQSRecord[], milliseconds: number) {
    this.signal = AbortSignal.timeout(milliseconds);
    this.isSuspect = records.length > 1 && records.some((record) => receivesOf(record) > 1);
    this.#endsAt = performance.now() + milliseconds;
    this.#waiting = new Set(records);
    this.#size = records.length;
  }

  get remainingMs(): number {
    return this.#endsAt - performance.now();
  }

  /** Those that have not been started, for whatever reason. */
  get waiting(): readonly SQSRecord[] {
    return [...this.#waiting];
  }

  get hasStarted(): boolean {
    return this.#waiting.size < this.#size;
  }

  /** How many have been started and not ended. */
  get running(): number {
    return this.#running.size;
  }

  start(record: SQSRecord): void {
    this.#waiting.delete(record);
    this.#running.add(record);
  }

  end(record: SQSRecord): void {
    this.#running.delete(record);
  }
}
