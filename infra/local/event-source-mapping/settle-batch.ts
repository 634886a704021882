import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { markAsMapping } from "./mapping-call.ts";
import type { ReceivedMessage } from "./receive-batch.ts";

interface Queue {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

interface ScaledQueue extends Queue {
  readonly visibilityTimeoutSeconds: number;
  readonly queueTimeScale: number;
  readonly changedByFunction?: ((receiptHandle: string) => boolean) | undefined;
  readonly now: () => number;
}

const ENTRIES_PER_CALL = 10;

export async function deleteMessages(queue: Queue, messages: readonly ReceivedMessage[]): Promise<void> {
  for (const chunk of chunks(messages)) {
    const Entries = chunk.map(({ record }, index) => ({ Id: String(index), ReceiptHandle: record.receiptHandle }));
    const { Failed } = await queue.sqs.send(
      markAsMapping(new DeleteMessageBatchCommand({ QueueUrl: queue.queueUrl, Entries })),
    );
    refuse("deleted", Failed);
  }
}

/** SQS's answer on a message that is not there any more. */
const GONE = "ReceiptHandleIsInvalid";

/**
 * Lets failed messages come back when their visibility ends in the queue's own time. At its real pace there is nothing to
 * do, as on AWS. What the function decided itself stands.
 */
export async function shortenVisibility(queue: ScaledQueue, messages: readonly ReceivedMessage[]): Promise<void> {
  const { queueTimeScale, changedByFunction = () => false } = queue;
  if (queueTimeScale === 1) return;
  const hidden = messages
    .filter(({ record }) => !changedByFunction(record.receiptHandle))
    .map((message) => ({ message, seconds: secondsLeft(queue, message) / queueTimeScale }))
    .filter(({ seconds }) => seconds > 0);
  await changeVisibility(queue, hidden);
}

/** Lets messages come back whose visibility has ended in the queue's own time. At its real pace they are back, as on AWS. */
export async function endVisibility(queue: ScaledQueue, messages: readonly ReceivedMessage[]): Promise<void> {
  if (queue.queueTimeScale === 1) return;
  await changeVisibility(
    queue,
    messages.map((message) => ({ message, seconds: 0 })),
  );
}

interface Hidden {
  readonly message: ReceivedMessage;
  /** For how long it stays so. */
  readonly seconds: number;
}

async function changeVisibility(queue: Queue, hidden: readonly Hidden[]): Promise<void> {
  for (const chunk of chunks(hidden)) {
    const Entries = chunk.map(({ message, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: message.record.receiptHandle,
      VisibilityTimeout: seconds,
    }));
    const { Failed } = await queue.sqs.send(
      markAsMapping(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.queueUrl, Entries })),
    );
    // What the function has deleted, as far as it came, does not come back.
    refuse(
      "made visible",
      Failed?.filter(({ Code }) => Code !== GONE),
    );
  }
}

function secondsLeft({ visibilityTimeoutSeconds, now }: ScaledQueue, { receivedAt }: ReceivedMessage): number {
  return visibilityTimeoutSeconds - (now() - receivedAt) / 1000;
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / ENTRIES_PER_CALL) }, (_, index) =>
    items.slice(index * ENTRIES_PER_CALL, (index + 1) * ENTRIES_PER_CALL),
  );
}

function refuse(what: string, failed: readonly BatchResultErrorEntry[] = []): void {
  const [first] = failed;
  if (first) throw new Error(`Expected every message to be ${what}, received ${first.Code}: ${first.Message}.`);
}
