import type { SQSRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import type { Mail } from "../../../runtime/notifier/digest.ts";
import { Notifier } from "../../../runtime/notifier/notifier.ts";
import { failureWith, resultOfFailure } from "../../support/failures.ts";
import { sqsEvent } from "../../support/sqs-records.ts";

/** A notifier whose mail and dead letters are kept, or refused. */
function notifierThat({ mails = true, buries = true } = {}) {
  const sent: Mail[] = [];
  const dead: [record: SQSRecord, message: string][] = [];
  const lines: string[] = [];
  const log = (message: string) => void lines.push(message);
  const notifier = new Notifier({
    stack: "image-machine-dev",
    mailer: {
      send: async (mail) => {
        if (!mails) throw new Error("Email address is not verified.");
        sent.push(mail);
      },
    },
    deadLetters: {
      add: async (record, message) => {
        if (!buries) throw new Error("The queue is away.");
        dead.push([record, message]);
      },
    },
    log: { info: log, warn: log, error: log } as never,
  });
  return { notifier, sent, dead, lines };
}

const CAT = resultOfFailure(failureWith({ id: "cat", key: "cat.png" }));
const DOG = resultOfFailure(failureWith({ id: "dog", key: "dog.png" }));

const again = (...ids: readonly string[]) => ({ batchItemFailures: ids.map((id) => ({ itemIdentifier: id })) });

describe("the notifier", () => {
  it("sends one mail about a batch, and is done with its messages", async () => {
    const { notifier, sent } = notifierThat();

    const response = await notifier.notify(sqsEvent(CAT, DOG));

    expect(response).toEqual(again());
    expect(sent.map(({ subject }) => subject)).toEqual(["2 failures in image-machine-dev: 2 SOURCE_CORRUPT"]);
  });

  it("counts a result once, however often it was published", async () => {
    const { notifier, sent } = notifierThat();

    const response = await notifier.notify(sqsEvent(CAT, CAT, DOG));

    expect(response).toEqual(again());
    expect(sent.map(({ subject }) => subject)).toEqual(["2 failures in image-machine-dev: 2 SOURCE_CORRUPT"]);
  });

  it("has all failures come again if their mail was not sent, and says why", async () => {
    const { notifier, lines } = notifierThat({ mails: false });

    const response = await notifier.notify(sqsEvent(CAT, DOG, CAT));

    expect(response).toEqual(again("message-1", "message-2", "message-3"));
    expect(lines).toEqual(["The mail was not sent."]);
  });

  it("makes a message that is no failure a dead letter that says so, beside the mail on the others", async () => {
    const { notifier, sent, dead } = notifierThat();

    const response = await notifier.notify(sqsEvent(CAT, "{}"));

    expect(response).toEqual(again());
    expect(sent.map(({ subject }) => subject)).toEqual(["1 failure in image-machine-dev: 1 SOURCE_CORRUPT"]);
    expect(dead.map(([{ messageId }, message]) => [messageId, message])).toEqual([
      ["message-2", "Expected the result of a failed upload, received {}"],
    ]);
  });

  it("sends no mail about nothing", async () => {
    const { notifier, sent, dead } = notifierThat();

    const response = await notifier.notify(sqsEvent("{}"));

    expect(response).toEqual(again());
    expect(sent).toEqual([]);
    expect(dead).toHaveLength(1);
  });

  it("has a message come again that the dead-letter queue did not take, and that one alone", async () => {
    const { notifier, sent } = notifierThat({ buries: false });

    const response = await notifier.notify(sqsEvent("{}", CAT));

    expect(response).toEqual(again("message-1"));
    expect(sent).toHaveLength(1);
  });
});
