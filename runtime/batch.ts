import { availableParallelism } from "node:os";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import pLimit from "p-limit";
import type { Dispatcher } from "./dispatcher.ts";
import { type ErrorCode, messageOf, PipelineError } from "./errors.ts";
import { readEvent, readMessage, type Upload } from "./event.ts";
import type { FailureQueue } from "./queue.ts";
import { type Result, resultId } from "./result.ts";
import type { ResultTopic } from "./result-topic.ts";
import type { WorkerSettings } from "./settings.ts";
import type { Telemetry } from "./telemetry.ts";

export interface BatchParts {
  readonly dispatcher: Dispatcher;
  readonly queue: FailureQueue;
  readonly results: ResultTopic;
  readonly settings: WorkerSettings;
  readonly telemetry: Telemetry;
  /** A number from 0 to 1, for jitter. */
  readonly random: () => number;
}

/** The time that is kept for telling the queue what was not done. */
const RESERVED_MS = 2_000;

/** The longest delay before the first retry, doubled with each one (full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). */
const FIRST_DELAY_SECONDS = 10;
const MAX_DELAY_SECONDS = 900;

/**
 * Takes a worker's messages to their end: outputs, skips and removals are announced and acknowledged; permanent failures,
 * and others on their last receive, become dead letters with a code; the rest goes back to the queue for later.
 */
export class BatchConsumer {
  readonly #parts: BatchParts;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  /** Handles a batch of a queue's messages. The response names those that are to come again. */
  async consume(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVED_MS));
    // Decoded images are large: as many at once as there are cores to work on them.
    const limit = pLimit(availableParallelism());
    const handle = (record: SQSRecord) => limit(() => this.#handle(record, signal));
    return processPartialResponse(event, handle, new BatchProcessor(EventType.SQS), {
      context,
      throwOnFullBatchFailure: false,
    });
  }

  /** Handles an S3 event that the function was invoked with directly. There is no queue to go back to: every failure is a result. */
  async invoke(event: unknown, context: Context): Promise<{ results: Result[] }> {
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVED_MS));
    const results: Result[] = [];
    for (const upload of readEvent(event)) {
      const result = await this.#dispatch(upload, signal, true).catch((error) =>
        this.#failed(upload, toPipelineError(error)),
      );
      await this.#announce(result);
      results.push(result);
    }
    return { results };
  }

  async #handle(record: SQSRecord, signal: AbortSignal): Promise<void> {
    // Those that are not at their end yet.
    let uploads: Upload[] = [];
    try {
      uploads = readMessage(record.body);
      for (const upload of uploads) {
        const result = await this.#dispatch(upload, signal, receiveCount(record) > 1);
        if (result.status === "failed") await this.#parts.queue.deadLetter(record, result.code, result.message);
        await this.#announce(result);
        uploads = uploads.slice(1);
      }
    } catch (thrown) {
      await this.#giveBackOrUp(record, uploads, toPipelineError(thrown));
    }
  }

  #dispatch(upload: Upload, signal: AbortSignal, redelivered: boolean): Promise<Result> {
    return this.#parts.dispatcher.dispatch(upload, { signal, redelivered, log: this.#parts.telemetry.logOf(upload) });
  }

  async #giveBackOrUp(record: SQSRecord, uploads: readonly Upload[], error: PipelineError): Promise<void> {
    const { queue, settings, telemetry, random } = this.#parts;
    const count = receiveCount(record);
    if (error.retryable && count < settings.maxReceiveCount) {
      telemetry.retrying(error, record, uploads);
      await queue.delay(record, delaySeconds(count, random()));
      // Powertools' batch processor reports the messages whose handler throws.
      throw error;
    }
    const code: ErrorCode = error.retryable ? "RETRIES_EXHAUSTED" : error.code;
    const message = error.retryable
      ? `${count} receives failed, the last with ${error.code}: ${error.message}`
      : error.message;
    await queue.deadLetter(record, code, message);
    for (const upload of uploads) await this.#announce(this.#failed(upload, { code, message }));
  }

  async #announce(result: Result): Promise<void> {
    this.#parts.telemetry.finished(result);
    await this.#parts.results.publish(result);
  }

  #failed(upload: Upload, { code, message }: { code: ErrorCode; message: string }): Result {
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

function receiveCount(record: SQSRecord): number {
  return Number(record.attributes.ApproximateReceiveCount);
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
