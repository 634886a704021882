import type { OperatedStack, OperatedWorker } from "../../infra/operations/stack-outputs.ts";
import { workerSettings } from "./worker-settings.ts";

/** A worker as its stack's outputs tell of it, but for what a test says otherwise. */
export function operatedWorker(given: Partial<OperatedWorker> = {}): OperatedWorker {
  const settings = given.settings ?? workerSettings();
  const { queueUrl, deadLetterQueueUrl } = settings;
  return {
    name: settings.worker,
    queueUrl,
    deadLetterQueueUrl,
    undeliveredQueueUrl: `${queueUrl}-undelivered`,
    digest: "digest-1",
    variants: [{ name: "small", format: "source" }],
    accepts: ["image/png"],
    sniffAll: false,
    settings,
    memoryMb: 1024,
    architecture: "arm64",
    batchSize: 10,
    ...given,
  };
}

/** The stack of such workers. */
export function operatedStack(given: Partial<OperatedStack> = {}): OperatedStack {
  const { uploadsBucket, uploadsPrefix, outputsBucket, outputsPrefix } = workerSettings();
  return {
    region: "eu-west-1",
    uploadsBucket,
    uploadsPrefix,
    outputsBucket,
    outputsPrefix,
    workers: [operatedWorker()],
    ...given,
  };
}

/** A clock that is always on time: to sleep takes none, and is noted. */
export class TestClock {
  readonly slept: number[] = [];
  #now = 0;
  readonly #onSleep: () => void;

  constructor(onSleep: () => void = () => {}) {
    this.#onSleep = onSleep;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    this.#now += ms;
    this.#onSleep();
    signal?.throwIfAborted();
  }
}
