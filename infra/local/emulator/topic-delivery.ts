import { randomUUID } from "node:crypto";
import { type ServiceRequest, sendFromTopic } from "../iam/service-request.ts";
import { AwsError } from "./aws-error.ts";
import type { QueueMessage, Queues } from "./queues.ts";

/** Why a service may not make a request; `undefined` if it may. */
export type ServiceRefusal = (request: ServiceRequest) => string | undefined;

/** A message that reached no queue at all. */
export interface LostMessage {
  readonly topicArn: string;
  readonly queueArn: string;
  readonly body: string;
  /** Why the last queue that it was sent to did not take it. */
  readonly reason: string;
}

export interface DeliveryRules {
  readonly refusalOf: ServiceRefusal;
  readonly onLost: (message: LostMessage) => void;
}

interface Destination {
  readonly topicArn: string;
  readonly queueArn: string;
  readonly deadLetterArn: string | undefined;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html */
const MAX_ATTRIBUTES = 10;

/** How a topic hands a message to a subscribed queue. */
export class TopicDelivery {
  readonly #queues: Queues;
  readonly #rules: DeliveryRules;

  constructor(queues: Queues, rules: DeliveryRules) {
    this.#queues = queues;
    this.#rules = rules;
  }

  /**
   * A message that its queue refuses is not tried again: it goes to the subscription's dead-letter queue, or is lost.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
   */
  async deliver(message: QueueMessage, { topicArn, queueArn, deadLetterArn }: Destination): Promise<void> {
    const failure = await this.#trySend(topicArn, queueArn, message);
    if (failure === undefined) return;
    const lost = { topicArn, queueArn, body: message.body };
    if (deadLetterArn === undefined) return this.#rules.onLost({ ...lost, reason: failure.message });
    const attributes = {
      RequestID: { DataType: "String", StringValue: randomUUID() },
      ErrorCode: { DataType: "String", StringValue: String(failure.status) },
      ErrorMessage: { DataType: "String", StringValue: failure.message },
    };
    const last = await this.#trySend(topicArn, deadLetterArn, { body: message.body, attributes });
    if (last !== undefined) this.#rules.onLost({ ...lost, reason: last.message });
  }

  async #trySend(topicArn: string, queueArn: string, message: QueueMessage): Promise<AwsError | undefined> {
    const refusal = this.#rules.refusalOf(sendFromTopic(topicArn, queueArn));
    if (refusal !== undefined) return new AwsError("AccessDenied", refusal, 403);
    if (Object.keys(message.attributes).length > MAX_ATTRIBUTES) {
      return new AwsError("InvalidParameterValue", `A message has at most ${MAX_ATTRIBUTES} attributes.`);
    }
    try {
      await this.#queues.send(queueArn, message);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  }
}
