import { randomUUID } from "node:crypto";
import { AwsError } from "./aws-error.ts";
import type { QueueMessage, Queues } from "./queues.ts";

interface Destination {
  readonly queueArn: string;
  readonly deadLetterArn: string | undefined;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html */
const MAX_ATTRIBUTES = 10;

/** How a topic hands a message to a subscribed queue. */
export class TopicDelivery {
  readonly #queues: Queues;

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  /**
   * A message that its queue refuses is not tried again: it goes to the subscription's dead-letter queue, or is lost.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
   */
  async deliver(message: QueueMessage, { queueArn, deadLetterArn }: Destination): Promise<void> {
    const failure = await this.#trySend(queueArn, message);
    if (failure === undefined || deadLetterArn === undefined) return;
    const attributes = {
      RequestID: { DataType: "String", StringValue: randomUUID() },
      ErrorCode: { DataType: "String", StringValue: String(failure.status) },
      ErrorMessage: { DataType: "String", StringValue: failure.message },
    };
    await this.#trySend(deadLetterArn, { body: message.body, attributes });
  }

  async #trySend(queueArn: string, message: QueueMessage): Promise<AwsError | undefined> {
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
