import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { messageOf } from "../errors.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { digestOf } from "./digest.ts";
import { type Failure, readFailure } from "./failure.ts";
import type { Mailer } from "./mailer.ts";

export interface NotifierParts {
  readonly stack: string;
  readonly mailer: Mailer;
  readonly deadLetters: DeadLetters;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
}

/** Tells people of a batch of failures in one mail, which is sent at least once. */
export class Notifier {
  readonly #parts: NotifierParts;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  /**
   * The response names the messages that are to come again: all failures if their mail could not be sent. A message that is
   * no failure would never be one, so it becomes a dead letter at once.
   */
  async notify({ Records }: SQSEvent): Promise<SQSBatchResponse> {
    const failures = new Map<SQSRecord, Failure>();
    const unfinished: SQSRecord[] = [];
    for (const record of Records) {
      try {
        failures.set(record, readFailure(record.body));
      } catch (error) {
        if (!(await this.#reject(record, messageOf(error)))) unfinished.push(record);
      }
    }
    // A result may be published several times.
    const distinct = new Map([...failures.values()].map((failure) => [failure.id, failure]));
    if (distinct.size > 0 && !(await this.#mail([...distinct.values()]))) unfinished.push(...failures.keys());
    return { batchItemFailures: unfinished.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }

  /** Whether it is done. */
  async #mail(failures: readonly Failure[]): Promise<boolean> {
    const { stack, mailer, log } = this.#parts;
    try {
      await mailer.send(digestOf(failures, stack));
    } catch (error) {
      log.error("The mail was not sent.", { failures: failures.length, error: error as Error });
      return false;
    }
    log.info("The mail is sent.", { failures: failures.length });
    return true;
  }

  /** Whether it is done. */
  async #reject(record: SQSRecord, message: string): Promise<boolean> {
    const { deadLetters, log } = this.#parts;
    const { messageId } = record;
    try {
      await deadLetters.add(record, message);
    } catch (error) {
      log.error("The message did not become a dead letter.", { messageId, error: error as Error });
      return false;
    }
    log.warn("The message is a dead letter now.", { messageId, reason: message });
    return true;
  }
}
