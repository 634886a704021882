import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { JournaledMessage, MessageJournal } from "../state/message-journal.ts";
import { INTERNAL_HEADERS } from "./internal-request.ts";
import type { MessageOrigins } from "./message-origins.ts";
import type { QueueInspection } from "./queue-inspection.ts";
import { internalUrl } from "./queues.ts";

interface Parts {
  readonly journal: MessageJournal;
  readonly inspection: QueueInspection;
  readonly origins: MessageOrigins;
}

const HEADER = "x-restoring";
const MARK = randomUUID();

/** Whether a request puts a message back that is journaled already. */
export function isRestoring({ headers }: FastifyRequest): boolean {
  return headers[HEADER] === MARK;
}

/** Puts a queue's messages back, as they were but for visibility: their ids, ages and receive counts. */
export async function restoreQueue(app: FastifyInstance, queue: string, parts: Parts): Promise<void> {
  const { journal, inspection, origins } = parts;
  const restored = new Map<string, JournaledMessage>();
  for (const message of journal.messagesOf(queue)) restored.set(await send(app, queue, message), message);
  if (restored.size === 0) return;
  for (const live of (await inspection.inspect(queue)).ready) {
    const message = restored.get(live.messageId);
    if (!message) continue;
    origins.remember(message.id, message.origin);
    live.messageId = message.id;
    live.sentTimestamp = message.sentAt;
    live.approximateReceiveCount = message.receives;
    if (message.firstReceivedAt !== undefined) live.approximateFirstReceiveTimestamp = message.firstReceivedAt;
  }
}

/** Gives the id that fauxqs made up. */
async function send(app: FastifyInstance, queue: string, { body, attributes }: JournaledMessage): Promise<string> {
  const response = await app.inject({
    method: "POST",
    url: "/",
    headers: {
      ...INTERNAL_HEADERS,
      [HEADER]: MARK,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.SendMessage",
    },
    payload: JSON.stringify({ QueueUrl: internalUrl(queue), MessageBody: body, MessageAttributes: attributes }),
  });
  if (response.statusCode !== 200) throw new Error(`A message of ${queue} can't be put back: ${response.body}`);
  return String(response.json<{ MessageId: string }>().MessageId);
}
