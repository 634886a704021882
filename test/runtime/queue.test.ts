import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { SqsFailureQueue } from "../../runtime/queue.ts";
import { sqsRecord } from "../support/sqs-records.ts";
import { workerSettings } from "../support/worker-settings.ts";

const RECORD = sqsRecord('{"Records":[]}', { id: "message-7" });

describe("a worker's queue", () => {
  // The client is made on the first failure, so that only its class can be mocked.
  const sqs = mockClient(SQSClient);
  const queue = new SqsFailureQueue(workerSettings());

  beforeEach(() => {
    sqs.reset();
    vi.stubEnv("AWS_REGION", "eu-west-1");
  });

  it("sends a dead letter with its body, and code, sentence and worker as attributes", async () => {
    await queue.deadLetter(RECORD, "SOURCE_CORRUPT", "Expected a cat.");

    expect(sqs.commandCalls(SendMessageCommand).map((call) => call.args[0].input)).toEqual([
      {
        QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/preview-dead-letters",
        MessageBody: '{"Records":[]}',
        MessageAttributes: {
          code: { DataType: "String", StringValue: "SOURCE_CORRUPT" },
          message: { DataType: "String", StringValue: "Expected a cat." },
          worker: { DataType: "String", StringValue: "preview" },
        },
      },
    ]);
  });

  it.each([
    ["controls", "a\0b\x1bc\x7f", "a\ufffdb\ufffdc\ufffd"],
    ["a lone surrogate", "a\ud83dz", "a\ufffdz"],
    ["non-characters", "a\ufffe\uffff", "a\ufffd\ufffd"],
    ["no text", "", "No text."],
    ["white space", "a\tb\nc\rd e", "a\tb\nc\rd e"],
    ["letters and signs of any language", "Übung 猫 🐈 % <&>", "Übung 猫 🐈 % <&>"],
    ["too much text", "x".repeat(1001), "x".repeat(1000)],
    ["a character that the cut would halve", `${"x".repeat(999)}🐈`, `${"x".repeat(999)}\ufffd`],
  ])("sends a sentence with %s as SQS can take it", async (_, sentence, sent) => {
    await queue.deadLetter(RECORD, "TRANSFORM_FAILED", sentence);

    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(call?.args[0].input.MessageAttributes?.message).toEqual({ DataType: "String", StringValue: sent });
  });

  it("deletes what is done", async () => {
    await queue.acknowledge(RECORD);

    expect(sqs.commandCalls(DeleteMessageCommand).map((call) => call.args[0].input)).toEqual([
      {
        QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/preview",
        ReceiptHandle: "receipt of message-7",
      },
    ]);
  });

  it("has a message come again after so many seconds", async () => {
    await queue.delay(RECORD, 40);

    expect(sqs.commandCalls(ChangeMessageVisibilityCommand).map((call) => call.args[0].input)).toEqual([
      {
        QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/preview",
        ReceiptHandle: "receipt of message-7",
        VisibilityTimeout: 40,
      },
    ]);
  });

  it.each([
    ["dead letter", () => queue.deadLetter(RECORD, "SOURCE_CORRUPT", "Expected a cat.")],
    ["delay", () => queue.delay(RECORD, 40)],
    ["deletion", () => queue.acknowledge(RECORD)],
  ])("lets its caller know of a %s that SQS did not take", async (_, call) => {
    sqs.onAnyCommand().rejects(new Error("The queue is away."));

    await expect(call()).rejects.toThrow(new Error("The queue is away."));
  });
});
