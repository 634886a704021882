import { ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { markAsMapping } from "./mapping-call.ts";
import { queueRecord } from "./queue-record.ts";

export interface ReceivedMessage {
  readonly record: SQSRecord;
  /** When it was hidden from others, by the mapping's clock. */
  readonly receivedAt: number;
}

interface BatchSource {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** SQS's own limits of one receive. */
const MESSAGES_PER_RECEIVE = 10;
const LONGEST_POLL_SECONDS = 20;

/** The next batch, none when the queue stayed empty for one long poll. Rejects when the first receive does. */
export async function receiveBatch(source: BatchSource): Promise<ReceivedMessage[]> {
  const { batchSize, maximumBatchingWindowSeconds, now, signal } = source;
  const batch = await receive(source, batchSize, LONGEST_POLL_SECONDS);
  const windowEnd = now() + maximumBatchingWindowSeconds * 1000;
  while (batch.length > 0 && batch.length < batchSize && now() < windowEnd && !signal.aborted) {
    const secondsLeft = Math.ceil((windowEnd - now()) / 1000);
    batch.push(...(await receiveMore(source, batchSize - batch.length, secondsLeft)));
  }
  return batch;
}

/** What was received is worked on whatever follows; the next poll meets the same error and reports it. */
async function receiveMore(source: BatchSource, atMost: number, seconds: number): Promise<ReceivedMessage[]> {
  return receive(source, atMost, seconds).catch(() => []);
}

async function receive(source: BatchSource, atMost: number, seconds: number): Promise<ReceivedMessage[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: source.queueUrl,
    MaxNumberOfMessages: Math.min(atMost, MESSAGES_PER_RECEIVE),
    WaitTimeSeconds: Math.min(seconds, LONGEST_POLL_SECONDS),
    // Real seconds, however fast the queue's time passes: nobody else gets a message while the function has it.
    VisibilityTimeout: source.visibilityTimeoutSeconds,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  const { Messages = [] } = await source.sqs.send(markAsMapping(command), { abortSignal: source.signal });
  const receivedAt = source.now();
  return Messages.map((message) => ({ record: queueRecord(message, source.queueArn), receivedAt }));
}
