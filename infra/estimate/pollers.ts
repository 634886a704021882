import { DEFAULT_POLLERS, FUNCTIONS_PER_POLLER, MESSAGES_IN_FLIGHT, PROVISIONED_POLLERS } from "../lambda-scaling.ts";
import type { Limit } from "./limits.ts";

/** How many functions a worker's queue may run at once: by Lambda's own pollers, or by provisioned ones. */
export type WorkerScaling =
  | { readonly maximumConcurrency: number }
  | { readonly minimumPollers: number; readonly maximumPollers: number };

/** What pollers need to know of what they poll. */
export interface PolledQueue {
  readonly batchSize: number;
  readonly messageBytes: number;
}

/** The pollers of one queue, which grow as long as messages wait. That they shrink afterwards changes nothing of a drain. */
export class Pollers {
  readonly #scaling: WorkerScaling;
  readonly #queue: PolledQueue;
  readonly #maximum: number;
  readonly #start: number;
  readonly #perMinute: number;
  #grownSeconds = 0;

  constructor(scaling: WorkerScaling, queue: PolledQueue) {
    this.#scaling = scaling;
    this.#queue = queue;
    if ("maximumConcurrency" in scaling) {
      this.#maximum = Math.min(scaling.maximumConcurrency, DEFAULT_POLLERS.maximum);
      this.#start = DEFAULT_POLLERS.start;
      this.#perMinute = DEFAULT_POLLERS.perMinute;
    } else {
      this.#maximum = FUNCTIONS_PER_POLLER * scaling.maximumPollers;
      this.#start = FUNCTIONS_PER_POLLER * scaling.minimumPollers;
      this.#perMinute = PROVISIONED_POLLERS.functionsPerMinute;
    }
  }

  /** How many functions they run at once now. */
  get functions(): number {
    return Math.min(Math.floor(this.#functions), this.#inFlightMaximum);
  }

  /** How many of them are paid for. */
  get provisioned(): number {
    return "maximumConcurrency" in this.#scaling ? 0 : Math.ceil(this.#functions / FUNCTIONS_PER_POLLER);
  }

  /** Batches that they get out of the queue in a second. */
  get batchesPerSecond(): number {
    if ("maximumConcurrency" in this.#scaling) return Number.POSITIVE_INFINITY;
    const { pollsPerSecond, bytesPerSecond } = PROVISIONED_POLLERS;
    const { batchSize, messageBytes } = this.#queue;
    return this.provisioned * Math.min(pollsPerSecond, bytesPerSecond / (batchSize * messageBytes));
  }

  /** Why there are no more functions than now. */
  get limit(): Limit {
    const isProvisioned = !("maximumConcurrency" in this.#scaling);
    if (this.#functions >= this.#inFlightMaximum) return "messagesInFlight";
    if (this.#functions < this.#maximum) return isProvisioned ? "pollerRamp" : "mappingRamp";
    if (isProvisioned) return "maximumPollers";
    return this.#maximum === DEFAULT_POLLERS.maximum ? "mappingMaximum" : "maximumConcurrency";
  }

  grow(seconds: number): void {
    this.#grownSeconds += seconds;
  }

  get #functions(): number {
    return Math.min(this.#maximum, this.#start + (this.#grownSeconds * this.#perMinute) / 60);
  }

  get #inFlightMaximum(): number {
    return Math.floor(MESSAGES_IN_FLIGHT / this.#queue.batchSize);
  }
}
