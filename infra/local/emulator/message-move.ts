import { setTimeout } from "node:timers/promises";
import { queueName } from "../queue-name.ts";
import { AwsError } from "./aws-error.ts";
import type { MessageOrigins } from "./message-origins.ts";
import { settleTimers } from "./queue-timers.ts";
import { internalUrl, type MessageAttribute, type Queues } from "./queues.ts";

export type MoveStatus = "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";

interface MoveSettings {
  readonly queues: Queues;
  readonly origins: MessageOrigins;
  /** The dead-letter queue's name. */
  readonly source: string;
  /** The queues that it is a dead-letter queue of. */
  readonly sourceArns: readonly string[];
  /** Where all messages go; without it each goes back to where SQS moved it from. */
  readonly destinationArn: string | undefined;
  /** Before each message. */
  readonly pauseMs: number;
}

interface DeadLetter {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

/** What tasks say of some errors that calls name otherwise. */
const REASONS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
};

/** More than moving one message can take. */
const VISIBILITY_SECONDS = 60;

/**
 * One redrive of a dead-letter queue. Moved messages are new: they have new ids, ages and receive counts
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html).
 */
export class MessageMove {
  status: MoveStatus = "RUNNING";
  failure: string | undefined;
  moved = 0;
  toMove = 0;
  readonly #settings: MoveSettings;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(settings: MoveSettings) {
    this.#settings = settings;
  }

  /** Resolves when it is known how much there is to move. */
  async start(): Promise<void> {
    await settleTimers(this.#settings.queues, this.#settings.source);
    const { ApproximateNumberOfMessages } = await this.#settings.queues.attributes(this.#settings.source);
    this.toMove = Number(ApproximateNumberOfMessages);
    this.#running = this.#run().catch((error: unknown) => this.#fail(error));
  }

  cancel(): void {
    this.status = "CANCELLING";
    this.#closing.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** Ends after as many messages as there were: what comes back meanwhile is not moved again and again. */
  async #run(): Promise<void> {
    const { queues, source, pauseMs } = this.#settings;
    const QueueUrl = internalUrl(source);
    while (this.moved < this.toMove) {
      await setTimeout(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      if (this.#closing.signal.aborted) break;
      const { Messages: [message] = [] } = await queues.call<{ Messages?: DeadLetter[] }>("ReceiveMessage", {
        QueueUrl,
        VisibilityTimeout: VISIBILITY_SECONDS,
        MessageAttributeNames: ["All"],
      });
      if (message === undefined) break;
      const { ReceiptHandle } = message;
      try {
        await queues.send(this.#destinationOf(message), {
          body: message.Body,
          attributes: message.MessageAttributes ?? {},
        });
      } catch (error) {
        await queues.call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
        throw error;
      }
      await queues.call("DeleteMessage", { QueueUrl, ReceiptHandle });
      this.moved += 1;
    }
    this.status = this.#closing.signal.aborted ? "CANCELLED" : "COMPLETED";
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html */
  #destinationOf({ MessageId }: DeadLetter): string {
    const { destinationArn, origins, source, sourceArns } = this.#settings;
    if (destinationArn !== undefined) return destinationArn;
    const origin = origins.movedFrom(MessageId, source);
    const originArn = sourceArns.find((arn) => queueName(arn) === origin);
    if (originArn !== undefined) return originArn;
    throw new AwsError("CouldNotDetermineMessageSource", `SQS did not move message ${MessageId} to ${source}.`);
  }

  #fail(error: unknown): void {
    this.status = "FAILED";
    this.failure = error instanceof AwsError ? (REASONS[error.code] ?? error.code) : String(error);
  }
}
