import { availableParallelism } from "node:os";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import pLimit from "p-limit";
import type { Dispatch, Dispatcher } from "./dispatcher.ts";
import { messageOf, PipelineError, retriesExhausted } from "./errors.ts";
import { readEvent, readMessage, type Upload } from "./event.ts";
import type { FailureQueue } from "./queue.ts";
import { ReceivedBatch } from "./received-batch.ts";
import { type Result, resultId } from "./result.ts";
import type { ResultTopic } from "./result-topic.ts";
import { RunTime } from "./run-time.ts";
import type { WorkerSettings } from "./settings.ts";
import type { Telemetry } from "./telemetry.ts";
import { InTurns, receivesOf, turnsOf } from "./turns.ts";

export interface BatchParts {
  readonly dispatcher: Dispatcher;
  readonly queue: FailureQueue;
  readonly results: ResultTopic;
  readonly settings: WorkerSettings;
  readonly telemetry: Telemetry;
  /** A number from 0 to 1, for jitter. */
  readonly random: () => number;
}

type Failure = Pick<Extract<Result, { status: "failed" }>, "code" | "message">;

/** The time that is kept for telling the queue what was not done: at most this, and a fifth of all. */
const RESERVED_MS = 2_000;
const RESERVED_SHARE = 0.2;

/**
 * Messages that are worked on at once, for each core. The network takes several times as long as a small image does, and meanwhile others have
 * the cores; memory and cores are shared out where images are read.
 */
export const MESSAGES_PER_CORE = 4;
const CORES = availableParallelism();
const IN_FLIGHT = MESSAGES_PER_CORE * CORES;

/** The longest delay before the first retry, doubled with each one (full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). */
const FIRST_DELAY_SECONDS = 10;
const MAX_DELAY_SECONDS = 900;

/**
 * Takes a worker's messages to their end: outputs, skips and removals are announced and acknowledged; permanent failures,
 * and others once a message has come often enough, become dead letters with a code; the rest goes back to the queue for later.
 */
export class BatchConsumer {
  readonly #parts: BatchParts;
  readonly #runTime = new RunTime();

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  /** Handles a batch of a queue's messages. The response names those that are to come again. */
  async consume(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
    const batch = new ReceivedBatch(event.Records, timeFor(context));
    const turns = new InTurns(turnsOf(event.Records), pLimit(IN_FLIGHT));
    const handle = (record: SQSRecord) =>
      turns.work(record, () => this.#handle(record, batch).finally(() => batch.end(record)));
    return processPartialResponse(event, handle, new BatchProcessor(EventType.SQS), {
      context,
      throwOnFullBatchFailure: false,
    });
  }

  /**
   * Handles an S3 event that the function was invoked with directly. There is no queue to go back to, so an upload's failure
   * is a result; throws what is no S3 event, and `STORE_FAILED` if the topic does not take a result.
   */
  async invoke(event: unknown, context: Context): Promise<{ results: Result[] }> {
    const signal = AbortSignal.timeout(timeFor(context));
    const results: Result[] = [];
    for (const upload of readEvent(event)) {
      const result = await this.#dispatch(upload, { signal, redelivered: true }).catch((error) =>
        this.#failed(upload, toPipelineError(error)),
      );
      await this.#announce(result);
      results.push(result);
    }
    return { results };
  }

  async #handle(record: SQSRecord, batch: ReceivedBatch): Promise<void> {
    await this.#takeToEnd(record, batch);
    // If that fails, Lambda does it at the end of the batch.
    if (batch.isSuspect) await this.#parts.queue.acknowledge(record).catch(() => {});
  }

  async #takeToEnd(record: SQSRecord, batch: ReceivedBatch): Promise<void> {
    const receive = this.#receiveOf(record);
    let unfinished: readonly Upload[] = [];
    let failure: Failure | undefined;
    try {
      unfinished = readMessage(record.body);
      this.#start(record, batch);
      for (const upload of unfinished) {
        const result = await this.#dispatchTimed(upload, { signal: batch.signal, ...receive });
        if (result.status === "failed") failure ??= result;
        await this.#announce(result);
        unfinished = unfinished.slice(1);
      }
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (error.retryable && this.#mayComeAgain(record, error)) return await this.#giveBack(record, error, unfinished);
      failure ??= error.retryable ? retriesExhausted(error, receivesOf(record)) : error;
    }
    // One dead letter ends a message, and nothing after it brings the message back to get a second one.
    if (failure) await this.#giveUp(record, failure, unfinished);
  }

  /**
   * Throws `OUT_OF_TIME` if the message would most likely not be done in time, or take the time of those behind it that may not
   * fail any more and came more often. The first of a batch always starts. Nobody yields to who came as often: if all did, only the
   * first would be done.
   */
  #start(record: SQSRecord, batch: ReceivedBatch): void {
    const behind = batch.waiting.filter((other) => this.#isLast(other) && receivesOf(other) > receivesOf(record));
    const before = Math.floor(batch.running / CORES);
    const neededMs = this.#runTime.expectedMs * (1 + before + behind.length);
    if (batch.hasStarted && neededMs > batch.remainingMs) {
      throw new PipelineError(
        "OUT_OF_TIME",
        `Expected ${Math.round(neededMs)} ms for the upload, found ${Math.round(batch.remainingMs)} ms of the worker's time left.`,
      );
    }
    batch.start(record);
  }

  /** What had no turn has not failed yet, and comes again as long as the queue delivers it. */
  #mayComeAgain(record: SQSRecord, { code }: PipelineError): boolean {
    const { maxReceiveCount, spareReceives } = this.#parts.settings;
    return receivesOf(record) < maxReceiveCount + (code === "OUT_OF_TIME" ? spareReceives : 0);
  }

  /** Whether nothing may fail any more. */
  #isLast(record: SQSRecord): boolean {
    return receivesOf(record) >= this.#parts.settings.maxReceiveCount;
  }

  async #dispatchTimed(upload: Upload, dispatch: Omit<Dispatch, "log">): Promise<Result> {
    const start = performance.now();
    let waitedMs = 0;
    const onWaited = (milliseconds: number) => {
      waitedMs += milliseconds;
    };
    try {
      return await this.#dispatch(upload, { ...dispatch, onWaited });
    } finally {
      this.#runTime.learn(performance.now() - start - waitedMs);
    }
  }

  #dispatch(upload: Upload, dispatch: Omit<Dispatch, "log">): Promise<Result> {
    return this.#parts.dispatcher.dispatch(upload, { ...dispatch, log: this.#parts.telemetry.logOf(upload) });
  }

  #receiveOf(record: SQSRecord): Pick<Dispatch, "redelivered" | "lastReceive"> {
    const count = receivesOf(record);
    return { redelivered: count > 1, lastReceive: this.#isLast(record) ? count : undefined };
  }

  async #giveBack(record: SQSRecord, error: PipelineError, uploads: readonly Upload[]): Promise<never> {
    this.#parts.telemetry.retrying(error, record, uploads);
    // What had no turn has nothing to wait for.
    const seconds = error.code === "OUT_OF_TIME" ? 0 : delaySeconds(receivesOf(record), this.#parts.random());
    await this.#parts.queue.delay(record, seconds);
    // Powertools' batch processor reports the messages whose handler throws.
    throw error;
  }

  async #giveUp(record: SQSRecord, failure: Failure, uploads: readonly Upload[]): Promise<void> {
    await this.#parts.queue.deadLetter(record, failure.code, failure.message);
    this.#parts.telemetry.deadLettered(failure, record);
    for (const upload of uploads) {
      await this.#announce(this.#failed(upload, failure)).catch((error) =>
        this.#parts.telemetry.unpublished(error, upload),
      );
    }
  }

  async #announce(result: Result): Promise<void> {
    this.#parts.telemetry.finished(result);
    await this.#parts.results.publish(result);
  }

  #failed(upload: Upload, { code, message }: Failure): Result {
    const { worker, outputsBucket } = this.#parts.settings;
    return {
      id: resultId(worker, upload, "failed"),
      worker,
      upload,
      outputsBucket,
      durationMs: 0,
      status: "failed",
      code,
      message,
    };
  }
}

/** What a function has left for its work, in milliseconds. */
function timeFor(context: Context): number {
  const remaining = Math.max(0, context.getRemainingTimeInMillis());
  return Math.floor(remaining - Math.min(RESERVED_MS, RESERVED_SHARE * remaining));
}

function delaySeconds(receives: number, random: number): number {
  return Math.ceil(random * Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (receives - 1)));
}

/** What nobody foresaw may pass; if it doesn't, the last receive says so. */
function toPipelineError(thrown: unknown): PipelineError {
  return thrown instanceof PipelineError
    ? thrown
    : new PipelineError("WORKER_FAILED", messageOf(thrown), { cause: thrown });
}
