import type { FastifyInstance } from "fastify";
import { isObject } from "./json.ts";

/** Characters beyond the first 65,536, each of which is two of JavaScript's. */
const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;

/**
 * Takes messages with any character that SQS takes (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
 * fauxqs refuses those beyond U+FFFF, as in the key of an upload that a result tells of.
 */
export function acceptAllCharacters(app: FastifyInstance): void {
  app.addHook("preHandler", async ({ headers, body }) => {
    const target = headers["x-amz-target"];
    if (!isObject(body)) return;
    if (target === "AmazonSQS.SendMessage") wrap(body);
    if (target === "AmazonSQS.SendMessageBatch" && Array.isArray(body.Entries))
      body.Entries.filter(isObject).forEach(wrap);
  });
  app.addHook("preSerialization", async (_request, _reply, payload) => {
    if (!isObject(payload) || !Array.isArray(payload.Messages)) return payload;
    for (const message of payload.Messages) if (isObject(message)) message.Body = String(message.Body);
    return payload;
  });
}

function wrap(message: Record<string, unknown>): void {
  const { MessageBody } = message;
  if (typeof MessageBody === "string" && MessageBody.search(ASTRAL) !== -1)
    message.MessageBody = textAsBytes(MessageBody);
}

/**
 * A text that is measured and hashed by its bytes. fauxqs looks at its characters once, before anything else, and then
 * does not see those that it does not know.
 */
function textAsBytes(text: string): Buffer {
  let seen = false;
  return Object.assign(Buffer.from(text), {
    toString: () => {
      if (seen) return text;
      seen = true;
      return text.replace(ASTRAL, "");
    },
    toJSON: () => text,
  });
}
