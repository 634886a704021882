import { type Message, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "../emulator/emulated-cloud.ts";

/*
 * What SQS documents of dead-letter queues:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
const MAX_RECEIVES = 3;
const MessageAttributes = { code: { DataType: "String", StringValue: "x" } };

let cloud: EmulatedCloud;
let QueueUrl: string;
let deadLetterUrl: string;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-01-01T00:00:00Z") });
  cloud = await startEmulatedCloud();
  const { url, arn: deadLetterTargetArn } = await cloud.emulator.createQueue("dead-letters", {});
  deadLetterUrl = url;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  ({ url: QueueUrl } = await cloud.emulator.createQueue("queue", { RedrivePolicy }));
  await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload", MessageAttributes }));
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const receive = async (url: string): Promise<Message | undefined> => {
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      VisibilityTimeout: 0,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages[0];
};
const receiveAll = async () => {
  const receives = [];
  for (let count = 0; count < MAX_RECEIVES; count += 1) receives.push(await receive(QueueUrl));
  return receives;
};

describe("a message that is not deleted", () => {
  // "When the ReceiveCount for a message exceeds the maximum receive count for a queue, Amazon SQS moves the message to
  // the associated dead-letter queue." It exceeds it at the receive after the last.
  it("is moved at the receive after its last, and not before", async () => {
    const receives = await receiveAll();
    const before = await receive(deadLetterUrl);
    const oneMore = await receive(QueueUrl);

    expect(receives.map((message) => message?.Attributes?.ApproximateReceiveCount)).toEqual(["1", "2", "3"]);
    expect([before, oneMore]).toEqual([undefined, undefined]);
    expect((await receive(deadLetterUrl))?.Body).toBe("upload");
  });

  it("keeps its id, its body and its attributes", async () => {
    const [first] = await receiveAll();
    await receive(QueueUrl);

    expect(await receive(deadLetterUrl)).toMatchObject({
      MessageId: first?.MessageId,
      Body: "upload",
      MD5OfBody: first?.MD5OfBody,
      MessageAttributes,
    });
  });

  // "The expiration of a message is always based on its original enqueue timestamp. When a message is moved to a
  // dead-letter queue, the enqueue timestamp is unchanged."
  it("keeps its age", async () => {
    const [first] = await receiveAll();
    vi.setSystemTime(Date.now() + 60_000);
    await receive(QueueUrl);

    const { Attributes } = (await receive(deadLetterUrl)) ?? {};
    expect(Attributes?.SentTimestamp).toBe(first?.Attributes?.SentTimestamp);
    expect(Attributes?.SentTimestamp).toBe("1767225600000");
  });

  it("tells which queue it was moved from", async () => {
    await receiveAll();
    await receive(QueueUrl);

    const { Attributes } = (await receive(deadLetterUrl)) ?? {};
    expect(Attributes?.DeadLetterQueueSourceArn).toBe("arn:aws:sqs:us-east-1:000000000000:queue");
  });
});
