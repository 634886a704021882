import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { ErrorCode } from "../../runtime/errors.ts";
import type { OperatedWorker } from "./stack-outputs.ts";

/** A message that a worker gave up on, or that could not be delivered to it. */
export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly code: string;
}

/** A queue of such messages. */
export interface LetterQueue {
  readonly queueUrl: string;
  /** Of messages that bear none. */
  readonly code: string;
}

export interface Reading {
  readonly sqs: SQSClient;
  readonly signal: AbortSignal;
}

/** Of what no dispatcher sent: SQS moved it, since its function ended without an answer each time. */
const CRASHED: ErrorCode = "FUNCTION_CRASHED";
/** Of what SNS or EventBridge could not deliver. */
export const UNDELIVERED = "UNDELIVERED";

/** How long a message is hidden at most if an operation is killed: more than reading all of a queue takes. */
const HIDDEN_SECONDS = 300;
/** Long polling asks all of a queue's servers: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const WAIT_SECONDS = 1;
const MAX_ENTRIES = 10;
const MAX_TRIES = 3;

/** The two queues in which a worker's uploads may be stuck. */
export function letterQueues({
  deadLetterQueueUrl,
  undeliveredQueueUrl,
}: OperatedWorker): readonly [dead: LetterQueue, undelivered: LetterQueue] {
  return [
    { queueUrl: deadLetterQueueUrl, code: CRASHED },
    { queueUrl: undeliveredQueueUrl, code: UNDELIVERED },
  ];
}

/**
 * What is visible in a queue, each message once, and leaves it there: it is hidden while the rest is read, and then visible again.
 * @param reading.max ends once there are so many; default: all of them
 */
export async function lookAtLetters(
  queue: LetterQueue,
  { sqs, signal, max = Infinity }: Reading & { readonly max?: number },
): Promise<DeadLetter[]> {
  const seen = new Map<string, DeadLetter>();
  try {
    while (true) {
      const letters = await receiveLetters(queue, { sqs, signal });
      const isNew = letters.some(({ messageId }) => !seen.has(messageId));
      for (const letter of letters) seen.set(letter.messageId, letter);
      // Either there are none left, or the first ones come round again.
      if (!isNew || seen.size >= max) return [...seen.values()];
    }
  } finally {
    await releaseLetters(queue, [...seen.values()], sqs);
  }
}

/** At most ten messages, hidden from now on. */
export async function receiveLetters(queue: LetterQueue, { sqs, signal }: Reading): Promise<DeadLetter[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.queueUrl,
      MaxNumberOfMessages: MAX_ENTRIES,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageAttributeNames: ["code"],
    }),
    { abortSignal: signal },
  );
  return Messages.map((message) => toLetter(message, queue));
}

/** Makes messages visible again. Those that already are, or are gone, don't matter. */
export async function releaseLetters(
  { queueUrl }: LetterQueue,
  letters: readonly DeadLetter[],
  sqs: SQSClient,
): Promise<void> {
  for (const some of inTens(letters)) {
    const Entries = some.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

/** Gives those that could not be deleted, however often that was tried. */
export async function deleteLetters(
  { queueUrl }: LetterQueue,
  letters: readonly DeadLetter[],
  sqs: SQSClient,
): Promise<DeadLetter[]> {
  let left = [...letters];
  for (let tries = 1; tries <= MAX_TRIES && left.length > 0; tries++) {
    const failed = [];
    for (const some of inTens(left)) {
      const Entries = some.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      const ids = new Set(Failed.map(({ Id }) => Id));
      failed.push(...some.filter((_, index) => ids.has(String(index))));
    }
    left = failed;
  }
  return left;
}

/** How many messages bear which code. */
export function countByCode(letters: readonly Pick<DeadLetter, "code">[]): Record<string, number> {
  const byCode = Map.groupBy(letters, ({ code }) => code);
  return Object.fromEntries([...byCode].map(([code, { length }]) => [code, length]).sort());
}

function toLetter(message: Message, { code }: LetterQueue): DeadLetter {
  const { MessageId = "", ReceiptHandle = "", Body = "", MessageAttributes = {} } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    code: MessageAttributes.code?.StringValue ?? code,
  };
}

function inTens<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / MAX_ENTRIES) }, (_, index) =>
    items.slice(index * MAX_ENTRIES, (index + 1) * MAX_ENTRIES),
  );
}
