import type { FastifyInstance } from "fastify";
import { isObject, parseJson } from "./json.ts";
import { type Queues, queueName } from "./queues.ts";

/** Makes fauxqs's SQS refuse and answer as SQS does, where a client would notice. */
export function fillSqsGaps(app: FastifyInstance, queues: Queues): void {
  app.addHook("preHandler", async ({ headers, body }, reply) => {
    if (!/^AmazonSQS\.(CreateQueue|SetQueueAttributes)$/.test(String(headers["x-amz-target"])) || !isObject(body))
      return;
    const reason = isObject(body.Attributes) ? await redriveRefusal(body.Attributes.RedrivePolicy, queues) : undefined;
    if (reason === undefined) return;
    const message = `Value ${JSON.stringify(body.Attributes)} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
    reply.code(400).header("x-amzn-query-error", "InvalidParameterValue;Sender");
    return reply.send({ __type: "com.amazonaws.sqs#InvalidParameterValue", message });
  });

  app.addHook("preSerialization", async (request, _reply, payload) => {
    if (request.headers["x-amz-target"] === undefined || !isObject(payload)) return payload;
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

function relocate(url: unknown, origin: string): string {
  return String(url).replace(/^http:\/\/[^/]+/, origin);
}

function removeAttributes(message: unknown): void {
  if (!isObject(message)) return;
  delete message.MessageAttributes;
  delete message.MD5OfMessageAttributes;
}
