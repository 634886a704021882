import type { SQSRecord } from "aws-lambda";
import { BatchConsumer } from "../../runtime/batch.ts";
import { type ErrorCode, PipelineError } from "../../runtime/errors.ts";
import type { FailureQueue } from "../../runtime/queue.ts";
import type { Result } from "../../runtime/result.ts";
import type { ResultTopic } from "../../runtime/result-topic.ts";
import type { Telemetry } from "../../runtime/telemetry.ts";
import { silentLog } from "./contexts.ts";
import { testWorker } from "./test-worker.ts";

/** A queue that remembers what it was told, until it breaks. */
export class RecordingQueue implements FailureQueue {
  readonly deadLetters: { id: string; body: string; code: ErrorCode; message: string }[] = [];
  readonly delays: { id: string; seconds: number }[] = [];
  /** Messages that were deleted before their batch ended. */
  readonly acknowledged: string[] = [];
  /** What throws from now on. */
  readonly broken = new Set<"deadLetter" | "delay" | "acknowledge">();

  async deadLetter({ messageId: id, body }: SQSRecord, code: ErrorCode, message: string): Promise<void> {
    if (this.broken.has("deadLetter")) throw new Error("The dead-letter queue is away.");
    this.deadLetters.push({ id, body, code, message });
  }

  async acknowledge({ messageId: id }: SQSRecord): Promise<void> {
    if (this.broken.has("acknowledge")) throw new Error("The queue is away.");
    this.acknowledged.push(id);
  }

  async delay({ messageId: id }: SQSRecord, seconds: number): Promise<void> {
    if (this.broken.has("delay")) throw new Error("The queue is away.");
    this.delays.push({ id, seconds });
  }
}

/** A topic that remembers what was published, until it breaks. */
export class RecordingTopic implements ResultTopic {
  readonly results: Result[] = [];
  broken = false;

  async publish(result: Result): Promise<void> {
    if (this.broken) throw new PipelineError("STORE_FAILED", "The topic is away.");
    this.results.push(result);
  }

  /** Each result in short: `done cat.png`, `failed dog.png SOURCE_CORRUPT`. */
  get summary(): string[] {
    return this.results.map((result) =>
      [result.status, result.upload.key, ...("code" in result ? [result.code] : [])].join(" "),
    );
  }
}

/** A worker's batch consumer over a store in memory; everything that it tells the queue and the topic is kept. */
export function testConsumer({ random = () => 0.5, ...given }: Parameters<typeof testWorker>[0] & Randomness = {}) {
  const { dispatcher, settings, store } = testWorker(given);
  const queue = new RecordingQueue();
  const topic = new RecordingTopic();
  const consumer = new BatchConsumer({ dispatcher, queue, results: topic, settings, telemetry: silent, random });
  return { consumer, queue, store, topic };
}

interface Randomness {
  readonly random?: () => number;
}

const silent: Telemetry = {
  logOf: () => silentLog,
  finished() {},
  retrying() {},
  deadLettered() {},
  unpublished() {},
  flush() {},
};
