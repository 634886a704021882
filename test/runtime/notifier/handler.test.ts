import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createNotifier } from "../../../runtime/notifier/handler.ts";
import { failureWith, resultOfFailure } from "../../support/failures.ts";
import { sqsEvent } from "../../support/sqs-records.ts";

const QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/failure-mail-dead-letters";
const SETTINGS = {
  stack: "image-machine-dev",
  from: "images@example.com",
  to: ["ops@example.com", "dev@example.org"],
  deadLetterQueueUrl: QUEUE_URL,
};

describe("the notifier's handler", () => {
  const ses = mockClient(SESv2Client);
  const sqs = mockClient(SQSClient);

  beforeEach(() => {
    ses.reset();
    sqs.reset();
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
    vi.stubEnv("NOTIFIER_SETTINGS", JSON.stringify(SETTINGS));
  });

  afterEach(() => vi.unstubAllEnvs());

  it("mails all recipients from the configured address, in text and HTML", async () => {
    const response = await createNotifier()(sqsEvent(resultOfFailure(failureWith({ key: "ü 猫.png" }))));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(ses.commandCalls(SendEmailCommand).map((call) => call.args[0].input)).toEqual([
      {
        FromEmailAddress: "images@example.com",
        Destination: { ToAddresses: ["ops@example.com", "dev@example.org"] },
        Content: {
          Simple: {
            Subject: { Data: "1 failure in image-machine-dev: 1 SOURCE_CORRUPT", Charset: "UTF-8" },
            Body: {
              Text: { Data: expect.stringContaining("\npreview  ü 猫.png  SOURCE_CORRUPT\n"), Charset: "UTF-8" },
              Html: { Data: expect.stringContaining("<td>ü 猫.png</td>"), Charset: "UTF-8" },
            },
          },
        },
      },
    ]);
  });

  it("has messages come again while SES refuses mail", async () => {
    ses.on(SendEmailCommand).rejects(new Error("Email address is not verified."));

    const response = await createNotifier()(sqsEvent(resultOfFailure(failureWith())));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
  });

  it("sends what is no failure to its dead-letter queue, with a code and a sentence", async () => {
    await createNotifier()(sqsEvent("hello"));

    expect(sqs.commandCalls(SendMessageCommand).map((call) => call.args[0].input)).toEqual([
      {
        QueueUrl: QUEUE_URL,
        MessageBody: "hello",
        MessageAttributes: {
          code: { DataType: "String", StringValue: "RESULT_INVALID" },
          message: { DataType: "String", StringValue: "Expected the result of a failed upload, received hello" },
        },
      },
    ]);
  });

  it("can't start without its settings", () => {
    expect(() => createNotifier({})).toThrow(
      new TypeError(
        "Expected the notifier's settings as JSON in the environment variable NOTIFIER_SETTINGS, received nothing.",
      ),
    );
  });
});
