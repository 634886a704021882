import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { MAPPING_CALL_HEADER } from "../event-source-mapping/mapping-call.ts";
import { queueName } from "../queue-name.ts";
import { isObject } from "./json.ts";
import { internalUrl, type Queues } from "./queues.ts";

/**
 * Lets clients count messages as they are. fauxqs notices that messages are visible again only when someone receives,
 * so a queue that nobody polls would look empty for ever.
 */
export function countMessagesInTime(app: FastifyInstance, queues: Queues): void {
  app.addHook("preHandler", async ({ headers, body, raw }) => {
    // The emulator's own requests are many, and about other attributes.
    if (headers["x-amz-target"] !== "AmazonSQS.GetQueueAttributes" || !(raw.socket instanceof Socket)) return;
    if (isObject(body)) await settleTimers(queues, queueName(String(body.QueueUrl)));
  });
}

/** Makes visible what is due. */
export async function settleTimers(queues: Queues, queue: string): Promise<void> {
  // A receive of no messages: SQS would refuse it, and fauxqs does all but to receive.
  const nothing = { QueueUrl: internalUrl(queue), MaxNumberOfMessages: "none", WaitTimeSeconds: 0 };
  // In real seconds, for which no attributes have to be known. That the queue is not there is for others to say.
  await queues.call("ReceiveMessage", nothing, { [MAPPING_CALL_HEADER]: "true" }).catch(() => {});
}
