import type { FastifyInstance, FastifyReply } from "fastify";
import { queueName } from "../queue-name.ts";
import { isObject, parseJson } from "./json.ts";
import { acceptAllCharacters } from "./message-bodies.ts";
import { countMessagesInTime } from "./queue-timers.ts";
import type { Queues } from "./queues.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const MAX_DELAY_SECONDS = 900;

const ERROR_HEADER = "x-amzn-query-error";
/** Codes of the older protocol with `AWS.SimpleQueueService.` before them. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
const PREFIXED_CODES =
  /^(BatchEntryIdsNotDistinct|BatchRequestTooLong|EmptyBatchRequest|InvalidBatchEntryId|MessageNotInflight|NonExistentQueue|PurgeQueueInProgress|QueueDeletedRecently|TooManyEntriesInBatchRequest|UnsupportedOperation)$/;

/** Makes fauxqs's SQS refuse and answer as SQS does, where a client would notice. */
export function fillSqsGaps(app: FastifyInstance, queues: Queues): void {
  app.addHook("preHandler", async ({ headers, body }, reply) => {
    const action = String(headers["x-amz-target"]).replace("AmazonSQS.", "");
    const message = isObject(body) ? await REFUSALS[action]?.(body, queues) : undefined;
    if (message === undefined) return;
    reply.code(400).header(ERROR_HEADER, "InvalidParameterValue;Sender");
    return reply.send({ __type: "com.amazonaws.sqs#InvalidParameterValue", message });
  });

  countMessagesInTime(app, queues);
  acceptAllCharacters(app);
  app.addHook("preSerialization", async (request, reply, payload) => {
    if (request.headers["x-amz-target"] === undefined || !isObject(payload)) return payload;
    repairErrorCode(reply);
    // fauxqs's own addresses are below a host name that most machines can't resolve.
    const origin = `http://${request.headers.host}`;
    if (typeof payload.QueueUrl === "string") payload.QueueUrl = relocate(payload.QueueUrl, origin);
    if (Array.isArray(payload.QueueUrls)) payload.QueueUrls = payload.QueueUrls.map((url) => relocate(url, origin));
    // Attributes that were not asked for are not sent: API_ReceiveMessage.html.
    const asked = isObject(request.body) && Array.isArray(request.body.MessageAttributeNames);
    if (Array.isArray(payload.Messages) && !asked) payload.Messages.forEach(removeAttributes);
    return payload;
  });
}

type Refuse = (request: Record<string, unknown>, queues: Queues) => Promise<string | undefined> | string | undefined;

/** Why SQS refuses a parameter that fauxqs takes. */
const REFUSALS: Readonly<Record<string, Refuse>> = {
  CreateQueue: attributesRefusal,
  SetQueueAttributes: attributesRefusal,
  SendMessage: delayRefusal,
  SendMessageBatch: ({ Entries }) =>
    Array.isArray(Entries) ? Entries.filter(isObject).map(delayRefusal).find(Boolean) : undefined,
};

function delayRefusal({ DelaySeconds = 0 }: Record<string, unknown>): string | undefined {
  const isDelay =
    Number.isInteger(DelaySeconds) && Number(DelaySeconds) >= 0 && Number(DelaySeconds) <= MAX_DELAY_SECONDS;
  if (isDelay) return undefined;
  return `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`;
}

async function attributesRefusal({ Attributes }: Record<string, unknown>, queues: Queues): Promise<string | undefined> {
  const reason = isObject(Attributes) ? await redriveRefusal(Attributes.RedrivePolicy, queues) : undefined;
  return reason && `Value ${JSON.stringify(Attributes)} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
async function redriveRefusal(redrivePolicy: unknown, queues: Queues): Promise<string | undefined> {
  // An empty policy takes the dead-letter queue away.
  if (redrivePolicy === undefined || redrivePolicy === "") return undefined;
  const policy = parseJson(String(redrivePolicy));
  if (!isObject(policy) || typeof policy.deadLetterTargetArn !== "string") return "Redrive policy is not valid.";
  const receives = Number(policy.maxReceiveCount);
  if (!Number.isInteger(receives) || receives < 1 || receives > 1000) return "maxReceiveCount must be from 1 to 1000.";
  return (await queues.has(queueName(policy.deadLetterTargetArn))) ? undefined : "Dead letter target does not exist.";
}

/** Clients take the code of an error from this header, and fauxqs puts the prefix before every one. */
function repairErrorCode(reply: FastifyReply): void {
  const [, code = "", fault = ""] =
    /^AWS\.SimpleQueueService\.(\w+);(\w+)$/.exec(String(reply.getHeader(ERROR_HEADER))) ?? [];
  if (code !== "" && !PREFIXED_CODES.test(code)) reply.header(ERROR_HEADER, `${code};${fault}`);
}

function relocate(url: unknown, origin: string): string {
  return String(url).replace(/^http:\/\/[^/]+/, origin);
}

function removeAttributes(message: unknown): void {
  if (!isObject(message)) return;
  delete message.MessageAttributes;
  delete message.MD5OfMessageAttributes;
}
