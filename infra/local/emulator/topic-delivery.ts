import { randomUUID } from "node:crypto";
import { sendFromTopic } from "../iam/service-request.ts";
import type { QueueMessage, Queues } from "./queues.ts";
import { type DeliveryRules, ServiceSender } from "./service-sender.ts";

interface Destination {
  readonly topicArn: string;
  readonly queueArn: string;
  readonly deadLetterArn: string | undefined;
}

/** How a topic hands a message to a subscribed queue. */
export class TopicDelivery {
  readonly #sender: ServiceSender;
  readonly #onLost: DeliveryRules["onLost"];

  constructor(queues: Queues, { refusalOf, onLost }: DeliveryRules) {
    this.#sender = new ServiceSender(queues, refusalOf);
    this.#onLost = onLost;
  }

  /**
   * A message that its queue refuses is not tried again: it goes to the subscription's dead-letter queue, or is lost.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
   */
  async deliver(message: QueueMessage, { topicArn, queueArn, deadLetterArn }: Destination): Promise<void> {
    const failure = await this.#sender.trySend(sendFromTopic(topicArn, queueArn), message);
    if (failure === undefined) return;
    const lost = { sourceArn: topicArn, queueArn, body: message.body };
    if (deadLetterArn === undefined) return this.#onLost({ ...lost, reason: failure.message });
    const attributes = {
      RequestID: { DataType: "String", StringValue: randomUUID() },
      ErrorCode: { DataType: "String", StringValue: String(failure.status) },
      ErrorMessage: { DataType: "String", StringValue: failure.message },
    };
    const last = await this.#sender.trySend(sendFromTopic(topicArn, deadLetterArn), { body: message.body, attributes });
    if (last !== undefined) this.#onLost({ ...lost, reason: last.message });
  }
}
