import { setImmediate, setTimeout } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { failedMessages } from "./event-source-mapping/batch-response.ts";
import { invokePatiently } from "./event-source-mapping/invoke-patiently.ts";
import { type ReceivedMessage, receiveBatch } from "./event-source-mapping/receive-batch.ts";
import { deleteMessages, endVisibility, shortenVisibility } from "./event-source-mapping/settle-batch.ts";
import type { LocalFunction } from "./function-host.ts";

export interface MappingSettings {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly function: Pick<LocalFunction, "invoke">;
  /** The calls made with it carry `MAPPING_CALL_HEADER`. */
  readonly sqs: SQSClient;
  /** Makes the calls that only scaled time needs: on AWS a mapping never changes visibility. Default: `sqs`. */
  readonly scalingSqs?: SQSClient | undefined;
  readonly batchSize: number;
  /** How long a batch that is not full waits for more messages, in real time. Polls last a second at least. */
  readonly maximumBatchingWindowSeconds: number;
  /** How many batches may be out of the queue at once. */
  readonly maximumConcurrency: number;
  /** The queue's own, in its own time. */
  readonly visibilityTimeoutSeconds: number;
  /** How much faster the queue's time passes: with 60, a message that is hidden for a minute is back after a second. */
  readonly queueTimeScale: number;
  readonly reportBatchItemFailures: boolean;
  /** Whether the function itself decided when a message is back; then the mapping does not. */
  readonly changedByFunction?: ((receiptHandle: string) => boolean) | undefined;
  /** Told of every call to the queue that failed; the mapping goes on, as Lambda does. Default: standard error. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
}

export interface EventSourceMapping {
  /** How many batches are being worked on. */
  readonly running: number;
  /** Leaves the messages of running invocations as they are: received, and hidden until their visibility ends. */
  abandon(): void;
  /** Stops polling, then waits for running invocations and for their messages to be settled. */
  stop(): Promise<void>;
}

/** How long polling rests after a call that failed. */
const PAUSE_AFTER_ERROR_MS = 1000;

/**
 * Feeds a function from a queue as Lambda's event source mapping does
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
 */
export function startEventSourceMapping(settings: MappingSettings): EventSourceMapping {
  const { onError = console.error, now = () => performance.now() } = settings;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let isAbandoned = false;
  const polling = poll(stopping.signal);

  return {
    get running() {
      return running.size;
    },
    abandon() {
      isAbandoned = true;
    },
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };

  async function poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (running.size >= settings.maximumConcurrency) await Promise.race(running);
      else await pollOnce(signal);
    }
  }

  async function pollOnce(signal: AbortSignal): Promise<void> {
    try {
      const batch = await receiveBatch({ ...settings, now, signal });
      if (batch.length > 0) start(batch);
      // A queue that answers at once must not keep the process from everything else.
      await setImmediate();
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await setTimeout(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => {});
    }
  }

  function start(batch: readonly ReceivedMessage[]): void {
    const work: Promise<void> = workOn(batch)
      .catch(onError)
      .finally(() => running.delete(work));
    running.add(work);
  }

  async function workOn(batch: readonly ReceivedMessage[]): Promise<void> {
    const invocation = await invokePatiently(batch, { ...settings, now, signal: stopping.signal });
    if (isAbandoned) return;
    const scaled = { ...settings, sqs: settings.scalingSqs ?? settings.sqs, now };
    if (invocation.outcome === "throttled") return endVisibility(scaled, batch);
    const failed = failedMessages(invocation, batch, settings.reportBatchItemFailures);
    const done = batch.filter((message) => !failed.includes(message));
    await deleteMessages(settings, done);
    await shortenVisibility(scaled, failed);
  }
}
