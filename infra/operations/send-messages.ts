import { type BatchResultErrorEntry, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "./pace.ts";

/** A message to be sent. */
export interface Sendable {
  readonly body: string;
}

/** What a queue did not take, and why. */
export interface Refused<Item> {
  readonly item: Item;
  readonly reason: string;
}

interface Sending {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly clock: Clock;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_ENTRIES = 10;
/** Of all bodies of a request: what a queue takes unless it is configured for more. */
const MAX_BYTES = 262_144;

const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 200;

/** Bodies in the order that they have, as many together as one request takes. */
export function inBatches<Item extends Sendable>(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item.body);
    const last = batches.at(-1);
    if (last && last.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) last.push(item);
    else {
      batches.push([item]);
      bytes = 0;
    }
    bytes += size;
  }
  return batches;
}

/**
 * Sends at most ten messages in one request, and those again that a queue could not take at that moment. Gives which it refuses.
 * Throws what the request itself throws once the SDK has given up on it.
 */
export async function sendBatch<Item extends Sendable>(
  items: readonly Item[],
  { sqs, queueUrl, clock }: Sending,
): Promise<Refused<Item>[]> {
  let waiting = items.map((item, index) => ({ item, id: String(index) }));
  const refused: Refused<Item>[] = [];
  for (let tries = 1; waiting.length > 0; tries++) {
    const Entries = waiting.map(({ id, item }) => ({ Id: id, MessageBody: item.body }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const failures = new Map(Failed.map((failure) => [failure.Id, failure]));
    const again: typeof waiting = [];
    for (const entry of waiting) {
      const failure = failures.get(entry.id);
      if (failure && !failure.SenderFault && tries < MAX_TRIES) again.push(entry);
      else if (failure) refused.push({ item: entry.item, reason: reasonOf(failure) });
    }
    waiting = again;
    if (waiting.length > 0) await clock.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
  return refused;
}

function reasonOf({ Code = "no code", Message = "" }: BatchResultErrorEntry): string {
  return `${Code}: ${Message}`;
}
