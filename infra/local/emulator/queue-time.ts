import type { FastifyInstance } from "fastify";
import { MAPPING_CALL_HEADER } from "../event-source-mapping/mapping-call.ts";
import { queueName } from "../queue-name.ts";
import { isObject } from "./json.ts";
import type { Queues } from "./queues.ts";

type Request = Record<string, unknown>;
type Attributes = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_SECONDS: Readonly<Record<string, number>> = { VisibilityTimeout: 43_200, DelaySeconds: 900 };
/** A consumer works in real time, so even a scaled queue leaves it a second for its message. */
const MIN_IMPLICIT_VISIBILITY_SECONDS = 1;

/**
 * Makes the time of queues pass `scale` times as fast: back-offs and delays that are asked for, and the visibility and
 * delay that a queue gives its messages. The queue's attributes keep their real values. A `VisibilityTimeout` of
 * ReceiveMessage itself is taken as it is, in real seconds, and so is all that an event source mapping asks for.
 * @returns whether anyone but a mapping changed the visibility of the message with a receipt handle
 */
export function scaleQueueTime(
  app: FastifyInstance,
  { queues, scale }: { queues: Queues; scale: number },
): (receiptHandle: string) => boolean {
  const changed = new Set<unknown>();
  app.addHook("preHandler", async ({ headers, body }) => {
    const scaleRequest = SCALED[String(headers["x-amz-target"])];
    if (headers[MAPPING_CALL_HEADER] !== undefined) return;
    if (scaleRequest === undefined || !isObject(body) || typeof body.QueueUrl !== "string") return;
    // A queue that is not there has no attributes; fauxqs says so to the client.
    const attributes = await queues.attributes(queueName(body.QueueUrl)).catch(() => ({}));
    scaleRequest(body, attributes, scale);
    if (String(headers["x-amz-target"]).startsWith("AmazonSQS.ChangeMessageVisibility")) {
      for (const { ReceiptHandle } of [body, ...entriesOf(body.Entries)]) changed.add(ReceiptHandle);
    }
  });
  return (receiptHandle) => changed.has(receiptHandle);
}

const SCALED: Readonly<Record<string, (request: Request, attributes: Attributes, scale: number) => void>> = {
  "AmazonSQS.ReceiveMessage": (request, { VisibilityTimeout = "0" }, scale) => {
    const seconds = Number(VisibilityTimeout);
    if (seconds > 0) request.VisibilityTimeout ??= Math.max(MIN_IMPLICIT_VISIBILITY_SECONDS, seconds / scale);
  },
  "AmazonSQS.ChangeMessageVisibility": (request, _attributes, scale) => divide(request, "VisibilityTimeout", scale),
  "AmazonSQS.ChangeMessageVisibilityBatch": ({ Entries }, _attributes, scale) => {
    for (const entry of entriesOf(Entries)) divide(entry, "VisibilityTimeout", scale);
  },
  "AmazonSQS.SendMessage": delay,
  "AmazonSQS.SendMessageBatch": ({ Entries }, attributes, scale) => {
    for (const entry of entriesOf(Entries)) delay(entry, attributes, scale);
  },
};

function delay(message: Request, { DelaySeconds = "0" }: Attributes, scale: number): void {
  if (Number(DelaySeconds) > 0) message.DelaySeconds ??= Number(DelaySeconds);
  divide(message, "DelaySeconds", scale);
}

/** Divides what SQS accepts; what it refuses stays as it is, to be refused. */
function divide(request: Request, name: string, scale: number): void {
  const seconds = request[name];
  if (typeof seconds === "number" && seconds <= (MAX_SECONDS[name] ?? 0)) request[name] = seconds / scale;
}

function entriesOf(entries: unknown): Request[] {
  return Array.isArray(entries) ? entries.filter(isObject) : [];
}
