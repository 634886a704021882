import { PublishCommand } from "@aws-sdk/client-sns";
import { DeleteQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "../emulator/emulated-cloud.ts";

/*
 * What SNS documents of deliveries to queues:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
const MessageAttributes = {
  status: { DataType: "String", StringValue: "done" },
  bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
};

let cloud: EmulatedCloud;
let TopicArn: string;

beforeEach(async () => {
  cloud = await startEmulatedCloud();
  TopicArn = await cloud.emulator.createTopic("results");
});
afterEach(() => cloud[Symbol.asyncDispose]());

const publish = (attributes: Record<string, { DataType: string; StringValue?: string }> = {}) => {
  return cloud.sns.send(
    new PublishCommand({ TopicArn, Message: `{"a":"é"}`, Subject: "A result", MessageAttributes: attributes }),
  );
};
const subscribe = async (options: { rawMessageDelivery?: boolean; redrivePolicy?: string } = {}) => {
  const queue = await cloud.emulator.createQueue("results", {});
  return {
    ...queue,
    subscriptionArn: await cloud.emulator.subscribe({ topicArn: TopicArn, queueArn: queue.arn, ...options }),
  };
};

describe("a delivery to a queue", () => {
  it("is a notification in JSON, with the message's attributes in it, unless it is raw", async () => {
    const { url, subscriptionArn } = await subscribe();

    const { MessageId } = await publish(MessageAttributes);

    const [message] = await cloud.drain(url);
    expect(JSON.parse(message?.Body ?? "")).toEqual({
      Type: "Notification",
      MessageId,
      TopicArn,
      Subject: "A result",
      Message: `{"a":"é"}`,
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      SignatureVersion: "1",
      Signature: expect.any(String),
      SigningCertURL: expect.stringContaining("https://sns.us-east-1.amazonaws.com/"),
      UnsubscribeURL: expect.stringContaining(`SubscriptionArn=${subscriptionArn}`),
      MessageAttributes: {
        status: { Type: "String", Value: "done" },
        bytes: { Type: "Binary", Value: Buffer.from([0, 255]).toString("base64") },
      },
    });
    expect(message?.MessageAttributes).toBeUndefined();
  });

  it("is the message alone with its attributes beside it, if it is raw", async () => {
    const { url } = await subscribe({ rawMessageDelivery: true });

    await publish(MessageAttributes);

    expect(await cloud.drain(url)).toMatchObject([{ Body: `{"a":"é"}`, MessageAttributes }]);
  });

  // "A message can have up to 10 attributes [with raw delivery]. If more, it is discarded as a client-side error."
  it("is discarded if it is raw and has more than ten attributes", async () => {
    const deadLetters = await cloud.emulator.createQueue("dead-letters", {});
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn });
    const { url } = await subscribe({ rawMessageDelivery: true, redrivePolicy });
    const names = Array.from({ length: 11 }, (_, index) => `attribute-${index}`);

    await publish(Object.fromEntries(names.map((name) => [name, { DataType: "String", StringValue: "x" }])));

    expect(await cloud.drain(url)).toEqual([]);
    expect(await cloud.drain(deadLetters.url)).toHaveLength(1);
  });

  // "Client-side errors ... Amazon SNS doesn't retry", and moves the message to the subscription's dead-letter queue.
  it("goes to the subscription's dead-letter queue if its own is gone", async () => {
    const deadLetters = await cloud.emulator.createQueue("dead-letters", {});
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn });
    const { url } = await subscribe({ rawMessageDelivery: true, redrivePolicy });
    await cloud.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));

    await publish();

    const [message] = await cloud.drain(deadLetters.url);
    expect(message?.Body).toBe(`{"a":"é"}`);
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(["ErrorCode", "ErrorMessage", "RequestID"]);
  });

  // The queue counts from the delivery on: API_ReceiveMessage.html, ApproximateReceiveCount.
  it("has not been received before", async () => {
    const { url: QueueUrl } = await subscribe();

    await publish();

    const request = { QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount" as const] };
    const { Messages } = await cloud.sqs.send(new ReceiveMessageCommand(request));
    expect(Messages?.[0]?.Attributes).toEqual({ ApproximateReceiveCount: "1" });
  });
});
