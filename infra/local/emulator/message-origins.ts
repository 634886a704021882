import type { FastifyInstance } from "fastify";
import { queueName } from "../queue-name.ts";
import { isObject } from "./json.ts";

/** What SQS tells of a message in a dead-letter queue that it moved there itself. */
const SOURCE_ATTRIBUTE = "DeadLetterQueueSourceArn";

interface Received {
  readonly queue: string;
  receiptHandle: string;
}

/**
 * Knows in which queue each message was received first. One that is found in another queue later was moved there by
 * SQS: it is moved at a receive, after at least one other, and keeps its id.
 */
export class MessageOrigins {
  readonly #messages = new Map<string, Received>();
  /** Ids of messages, by their newest receipt handles. */
  readonly #handles = new Map<string, string>();

  constructor(app: FastifyInstance, region: string, accountId: string) {
    app.addHook("preSerialization", async (request, reply, payload) => {
      if (reply.statusCode !== 200 || !isObject(payload) || !isObject(request.body)) return payload;
      const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
      if (action === "ReceiveMessage") {
        const queue = queueName(String(request.body.QueueUrl));
        const tell = asksFor(request.body);
        for (const message of listOf(payload.Messages)) {
          const origin = this.#note(String(message.MessageId), String(message.ReceiptHandle), queue);
          if (origin === queue || !tell) continue;
          const attributes = isObject(message.Attributes) ? message.Attributes : {};
          message.Attributes = { ...attributes, [SOURCE_ATTRIBUTE]: `arn:aws:sqs:${region}:${accountId}:${origin}` };
        }
      }
      if (action === "DeleteMessage") this.#forget(request.body.ReceiptHandle);
      if (action === "DeleteMessageBatch") {
        for (const { ReceiptHandle } of listOf(request.body.Entries)) this.#forget(ReceiptHandle);
      }
      return payload;
    });
  }

  /** Of a message that an earlier run received. */
  remember(messageId: string, queue: string): void {
    this.#messages.set(messageId, { queue, receiptHandle: "" });
  }

  /** The queue that a message was moved away from, if it is known and another than the one where it is. */
  movedFrom(messageId: string, queue: string): string | undefined {
    const origin = this.#messages.get(messageId)?.queue;
    return origin === queue ? undefined : origin;
  }

  /** Gives the queue of the message's first receive. */
  #note(messageId: string, receiptHandle: string, queue: string): string {
    const known = this.#messages.get(messageId);
    if (known !== undefined) this.#handles.delete(known.receiptHandle);
    this.#handles.set(receiptHandle, messageId);
    this.#messages.set(messageId, { queue: known?.queue ?? queue, receiptHandle });
    return known?.queue ?? queue;
  }

  #forget(receiptHandle: unknown): void {
    const messageId = this.#handles.get(String(receiptHandle));
    if (messageId === undefined) return;
    this.#handles.delete(String(receiptHandle));
    this.#messages.delete(messageId);
  }
}

function asksFor({ AttributeNames, MessageSystemAttributeNames }: Record<string, unknown>): boolean {
  const asked = [AttributeNames, MessageSystemAttributeNames].flat();
  return asked.includes("All") || asked.includes(SOURCE_ATTRIBUTE);
}

function listOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
