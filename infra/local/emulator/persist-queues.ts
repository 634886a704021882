import type { FastifyInstance, FastifyRequest } from "fastify";
import { queueName } from "../queue-name.ts";
import type { MessageJournal } from "../state/message-journal.ts";
import { isObject } from "./json.ts";
import type { QueueInspection } from "./queue-inspection.ts";
import { isRestoring } from "./restore-queue.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Call {
  readonly queue: string;
  readonly request: Fields;
  readonly answer: Fields;
}

interface Parts {
  readonly journal: MessageJournal;
  readonly inspection: QueueInspection;
}

/** Writes what each successful call did to messages into a journal, before the call is answered. */
export function persistQueues(app: FastifyInstance, { journal, inspection }: Parts): void {
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
  /** Its consumer has decided what becomes of it. */
  const changed = (handle: unknown) => {
    const id = handles.get(handle);
    if (id !== undefined) journal.returned(id);
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
      for (const { MessageId, ReceiptHandle, Attributes } of listOf(answer.Messages)) {
        handles.set(ReceiptHandle, String(MessageId));
        journal.received(String(MessageId), queue, firstReceiveOf(Attributes) ?? Date.now());
      }
    },
    ChangeMessageVisibility: ({ request }) => changed(request.ReceiptHandle),
    ChangeMessageVisibilityBatch: ({ request }) => {
      for (const { ReceiptHandle } of listOf(request.Entries)) changed(ReceiptHandle);
    },
    DeleteMessage: ({ request }) => deleted(request.ReceiptHandle),
    DeleteMessageBatch: ({ request }) => {
      for (const { ReceiptHandle } of listOf(request.Entries)) deleted(ReceiptHandle);
    },
  };

  app.addHook("preHandler", async (request) => {
    const action = actionOf(request);
    if (!isObject(request.body) || typeof request.body.QueueUrl !== "string") return;
    const queue = queueName(request.body.QueueUrl);
    if (action === "ReceiveMessage") await noteReturned(queue);
    // What is gone can't be told afterwards.
    if (action === "PurgeQueue" || action === "DeleteQueue") emptied.set(request, await idsIn(queue));
  });
  app.addHook("preSerialization", async (request, reply, payload) => {
    if (reply.statusCode !== 200 || isRestoring(request)) return payload;
    for (const id of emptied.get(request) ?? []) journal.deleted(id);
    const action = actionOf(request);
    const note = NOTES[action];
    if (note === undefined || !isObject(request.body)) return payload;
    const queue = queueName(String(request.body.QueueUrl));
    note({ queue, request: request.body, answer: isObject(payload) ? payload : {} });
    if (action === "ReceiveMessage") await noteReturned(queue);
    return payload;
  });

  /** A receive has ended when its message is no longer hidden in its queue: there again, or moved to the dead-letter queue. */
  async function noteReturned(queue: string): Promise<void> {
    const received = journal.receivedOf(queue);
    if (received.length === 0) return;
    const { inflight = [] } = (await inspection.inspect(queue).catch(() => undefined)) ?? {};
    const hidden = inflight.filter(({ visibilityDeadline }) => visibilityDeadline > Date.now());
    const ids = new Set(hidden.map(({ message }) => message.messageId));
    for (const id of received.filter((id) => !ids.has(id))) journal.returned(id);
  }

  async function idsIn(queue: string): Promise<string[]> {
    const contents = await inspection.inspect(queue).catch(() => undefined);
    if (!contents) return [];
    const { ready, delayed, inflight } = contents;
    return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(({ messageId }) => messageId);
  }
}

/** What the answer itself says, which may be earlier than now; undefined when the call did not ask for it. */
function firstReceiveOf(attributes: unknown): number | undefined {
  const told = isObject(attributes) ? attributes.ApproximateFirstReceiveTimestamp : undefined;
  return told === undefined ? undefined : Number(told);
}

function actionOf({ headers }: FastifyRequest): string {
  return String(headers["x-amz-target"]).replace(/^AmazonSQS\./, "");
}

function listOf(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
