import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { ErrorCode } from "./errors.ts";
import { messageAttributes } from "./message-attributes.ts";
import type { WorkerSettings } from "./settings.ts";

/** The module, loaded on the first failure alone: most functions never need it. */
const sqs = () => import("@aws-sdk/client-sqs");

/** What a worker does with messages that it could not turn into outputs. */
export interface FailureQueue {
  /** Sends a message's body to the dead-letter queue, with `code`, `message` and `worker` as attributes. */
  deadLetter(record: SQSRecord, code: ErrorCode, message: string): Promise<void>;
  /** Deletes a message, so that it never comes again whatever becomes of the function. */
  acknowledge(record: SQSRecord): Promise<void>;
  /** Has the queue deliver a message again after so many seconds, at most 12 hours. */
  delay(record: SQSRecord, seconds: number): Promise<void>;
}

export class SqsFailureQueue implements FailureQueue {
  readonly #settings: Pick<WorkerSettings, "worker" | "queueUrl" | "deadLetterQueueUrl">;
  #client: SQSClient | undefined;

  constructor(settings: Pick<WorkerSettings, "worker" | "queueUrl" | "deadLetterQueueUrl">) {
    this.#settings = settings;
  }

  async deadLetter(record: SQSRecord, code: ErrorCode, message: string): Promise<void> {
    const { SendMessageCommand } = await sqs();
    const client = await this.#connect();
    await client.send(
      new SendMessageCommand({
        QueueUrl: this.#settings.deadLetterQueueUrl,
        MessageBody: record.body,
        MessageAttributes: messageAttributes({ code, message, worker: this.#settings.worker }),
      }),
    );
  }

  async acknowledge({ receiptHandle }: SQSRecord): Promise<void> {
    const { DeleteMessageCommand } = await sqs();
    const client = await this.#connect();
    await client.send(new DeleteMessageCommand({ QueueUrl: this.#settings.queueUrl, ReceiptHandle: receiptHandle }));
  }

  async delay(record: SQSRecord, seconds: number): Promise<void> {
    const { ChangeMessageVisibilityCommand } = await sqs();
    const client = await this.#connect();
    const { queueUrl } = this.#settings;
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  }

  async #connect(): Promise<SQSClient> {
    const { SQSClient } = await sqs();
    this.#client ??= new SQSClient({});
    return this.#client;
  }
}
