import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { JournaledMessage, MessageJournal } from "../state/message-journal.ts";
import { INTERNAL_HEADERS } from "./internal-request.ts";
import { isObject } from "./json.ts";
import type { MessageOrigins } from "./message-origins.ts";
import type { QueueInspection } from "./queue-inspection.ts";
import { internalUrl, queueName } from "./queues.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Call {
  readonly queue: string;
  readonly request: Fields;
  readonly answer: Fields;
}

const RESTORING_HEADER = "x-restoring";

interface Parts {
  readonly journal: MessageJournal;
  readonly inspection: QueueInspection;
  readonly origins: MessageOrigins;
}

/** Writes what each successful call did to messages into a journal, before the call is answered. */
export function persistQueues(app: FastifyInstance, { journal, inspection, origins }: Parts) {
  /** Of the requests that put messages back, which are journaled already. */
  const mark = randomUUID();
  /** Receipt handles of this run, and their messages' ids. */
  const handles = new Map<unknown, string>();
  const emptied = new WeakMap<FastifyRequest, readonly string[]>();

  const sent = (queue: string, message: Fields, id: unknown) => {
    const { MessageBody, MessageAttributes } = message;
    const attributes = isObject(MessageAttributes) ? MessageAttributes : {};
    journal.sent({ id: String(id), queue, body: String(MessageBody), attributes, sentAt: Date.now() });
  };
  const deleted = (handle: unknown) => {
    const id = handles.get(handle);
    if (id === undefined) return;
    handles.delete(handle);
    journal.deleted(id);
  };
  const NOTES: Readonly<Record<string, (call: Call) => void>> = {
    SendMessage: ({ queue, request, answer }) => sent(queue, request, answer.MessageId),
    SendMessageBatch: ({ queue, request, answer }) => {
      for (const { Id, MessageId } of listOf(answer.Successful)) {
        const entry = listOf(request.Entries).find((candidate) => candidate.Id === Id);
        if (entry) sent(queue, entry, MessageId);
      }
    },
    ReceiveMessage: ({ queue, answer }) => {
      for (const { MessageId, ReceiptHandle } of listOf(answer.Messages)) {
        handles.set(ReceiptHandle, String(MessageId));
        journal.received(String(MessageId), queue, Date.now());
      }
    },
    DeleteMessage: ({ request }) => deleted(request.ReceiptHandle),
    DeleteMessageBatch: ({ request }) => {
      for (const { ReceiptHandle } of listOf(request.Entries)) deleted(ReceiptHandle);
    },
  };

  app.addHook("preHandler", async (request) => {
    if (!/^(PurgeQueue|DeleteQueue)$/.test(actionOf(request)) || !isObject(request.body)) return;
    const contents = await inspection.inspect(queueName(String(request.body.QueueUrl))).catch(() => undefined);
    if (!contents) return;
    const { ready, delayed, inflight } = contents;
    const messages = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    emptied.set(
      request,
      messages.map(({ messageId }) => messageId),
    );
  });
  app.addHook("preSerialization", async (request, reply, payload) => {
    if (reply.statusCode !== 200 || request.headers[RESTORING_HEADER] === mark) return payload;
    for (const id of emptied.get(request) ?? []) journal.deleted(id);
    const note = NOTES[actionOf(request)];
    if (note === undefined || !isObject(request.body)) return payload;
    const queue = queueName(String(request.body.QueueUrl));
    note({ queue, request: request.body, answer: isObject(payload) ? payload : {} });
    return payload;
  });

  return {
    /** Puts a queue's messages back, as they were but for visibility: their ids, ages and receive counts. */
    restore: async (queue: string): Promise<void> => {
      const restored = new Map<string, JournaledMessage>();
      for (const message of journal.messagesOf(queue)) restored.set(await send(queue, message), message);
      if (restored.size === 0) return;
      for (const live of (await inspection.inspect(queue)).ready) {
        const message = restored.get(live.messageId);
        if (!message) continue;
        live.messageId = message.id;
        if (message.receives > 0) origins.remember(message.id, message.origin);
        live.sentTimestamp = message.sentAt;
        live.approximateReceiveCount = message.receives;
        if (message.firstReceivedAt !== undefined) live.approximateFirstReceiveTimestamp = message.firstReceivedAt;
      }
    },
  };

  /** Gives the id that fauxqs made up. */
  async function send(queue: string, { body, attributes }: JournaledMessage): Promise<string> {
    const response = await app.inject({
      method: "POST",
      url: "/",
      headers: {
        ...INTERNAL_HEADERS,
        [RESTORING_HEADER]: mark,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessage",
      },
      payload: JSON.stringify({ QueueUrl: internalUrl(queue), MessageBody: body, MessageAttributes: attributes }),
    });
    if (response.statusCode !== 200) throw new Error(`A message of ${queue} can't be put back: ${response.body}`);
    return String(response.json<{ MessageId: string }>().MessageId);
  }
}

function actionOf({ headers }: FastifyRequest): string {
  return String(headers["x-amz-target"]).replace(/^AmazonSQS\./, "");
}

function listOf(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
