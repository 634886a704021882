import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { messageOf, PipelineError } from "./errors.ts";
import { messageAttributes } from "./message-attributes.ts";
import type { Result } from "./result.ts";

/** Where results are announced. */
export interface ResultTopic {
  /** Throws `STORE_FAILED` if the topic did not take it. */
  publish(result: Result): Promise<void>;
}

/** Publishes results as JSON, with the message attributes `status`, `worker` and `code` for subscribers to filter on. */
export class SnsResultTopic implements ResultTopic {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async publish(result: Result): Promise<void> {
    const attributes = { status: result.status, worker: result.worker, ...("code" in result && { code: result.code }) };
    const input = {
      TopicArn: this.#topicArn,
      Message: JSON.stringify(result),
      MessageAttributes: messageAttributes(attributes),
    };
    try {
      await this.#client.send(new PublishCommand(input));
    } catch (cause) {
      throw new PipelineError(
        "STORE_FAILED",
        `Expected to publish a result to ${this.#topicArn}, received ${messageOf(cause)}`,
        { cause },
      );
    }
  }
}
