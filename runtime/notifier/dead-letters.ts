import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { messageAttributes } from "../message-attributes.ts";

/** Where messages go that no mail can be made of. */
export interface DeadLetters {
  /** Throws if the queue did not take it. */
  add(record: SQSRecord, message: string): Promise<void>;
}

/** Sends a message's body to the dead-letter queue, with `code` and `message` as attributes. */
export class SqsDeadLetters implements DeadLetters {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async add({ body }: SQSRecord, message: string): Promise<void> {
    const attributes = messageAttributes({ code: "RESULT_INVALID", message });
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody: body, MessageAttributes: attributes }),
    );
  }
}
