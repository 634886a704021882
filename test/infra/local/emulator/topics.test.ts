import {
  CreateTopicCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { DeleteQueueCommand, type Message } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { createRawTopic, startEmulatedCloud } from "./emulated-cloud.ts";

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

describe("a topic", () => {
  it("passes a message and its attributes on as they are, if delivery is raw", async () => {
    await using cloud = await startEmulatedCloud();
    const { topicArn, queueUrl } = await createRawTopic(cloud.emulator);
    const MessageAttributes = {
      code: { DataType: "String", StringValue: "SOURCE_CORRUPT <&>" },
      count: { DataType: "Number", StringValue: "2" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
    };

    await cloud.sns.send(new PublishCommand({ TopicArn: topicArn, Message: `{"a": "é & ü"}`, MessageAttributes }));

    const [message, ...others] = await cloud.drain(queueUrl);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ Body: `{"a": "é & ü"}`, MessageAttributes });
  });

  it("wraps a message in SNS's envelope, if it is not", async () => {
    await using cloud = await startEmulatedCloud();
    const topicArn = await cloud.emulator.createTopic("results");
    const { url, arn } = await cloud.emulator.createQueue("results", {});
    const subscriptionArn = await cloud.emulator.subscribe({ topicArn, queueArn: arn });

    const { MessageId } = await cloud.sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: "done",
        Subject: "A result",
        MessageAttributes: { code: { DataType: "String", StringValue: "x" } },
      }),
    );

    const [message] = await cloud.drain(url);
    expect(message?.MessageAttributes).toBeUndefined();
    expect(JSON.parse(message?.Body ?? "")).toEqual({
      Type: "Notification",
      MessageId,
      TopicArn: "arn:aws:sns:us-east-1:000000000000:results",
      Subject: "A result",
      Message: "done",
      Timestamp: expect.stringMatching(/Z$/),
      SignatureVersion: "1",
      Signature: "EXAMPLE",
      SigningCertURL: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem",
      UnsubscribeURL: `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
      MessageAttributes: { code: { Type: "String", Value: "x" } },
    });
  });

  it("delivers to each queue what its filter lets pass", async () => {
    await using cloud = await startEmulatedCloud();
    const topicArn = await cloud.emulator.createTopic("uploads");
    const queues = await Promise.all(
      [".jpg", ".png", undefined].map(async (suffix, index) => {
        const { url, arn } = await cloud.emulator.createQueue(`queue-${index}`, {});
        await cloud.emulator.subscribe({
          topicArn,
          queueArn: arn,
          rawMessageDelivery: true,
          ...(suffix !== undefined && {
            filterPolicyScope: "MessageBody",
            filterPolicy: JSON.stringify({ Records: { s3: { object: { key: [{ suffix }] } } } }),
          }),
        });
        return url;
      }),
    );
    const event = (key: string) => JSON.stringify({ Records: [{ s3: { object: { key } } }] });

    for (const Message of [event("a.jpg"), event("b.png"), event("c.JPG"), "no JSON"]) {
      await cloud.sns.send(new PublishCommand({ TopicArn: topicArn, Message }));
    }

    expect(await Promise.all(queues.map(async (url) => bodies(await cloud.drain(url))))).toEqual([
      [event("a.jpg")],
      [event("b.png")],
      [event("a.jpg"), event("b.png"), event("c.JPG"), "no JSON"],
    ]);
  });

  it("filters by attributes unless told otherwise", async () => {
    await using cloud = await startEmulatedCloud();
    const topicArn = await cloud.emulator.createTopic("results");
    const { url, arn } = await cloud.emulator.createQueue("failures", {});
    const filterPolicy = JSON.stringify({ status: ["failed"] });
    await cloud.emulator.subscribe({ topicArn, queueArn: arn, rawMessageDelivery: true, filterPolicy });

    const entry = (Id: string) => ({
      Id,
      Message: Id,
      MessageAttributes: { status: { DataType: "String", StringValue: Id } },
    });
    await cloud.sns.send(
      new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: [entry("failed"), entry("done")] }),
    );

    expect(bodies(await cloud.drain(url))).toEqual(["failed"]);
  });

  it("gives what a queue does not take to the subscription's dead-letter queue", async () => {
    await using cloud = await startEmulatedCloud();
    const topicArn = await cloud.emulator.createTopic("uploads");
    const gone = await cloud.emulator.createQueue("gone", {});
    const lost = await cloud.emulator.createQueue("lost", {});
    const deadLetters = await cloud.emulator.createQueue("dead-letters", {});
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn });
    await cloud.emulator.subscribe({ topicArn, queueArn: lost.arn });
    await cloud.emulator.subscribe({ topicArn, queueArn: gone.arn, rawMessageDelivery: true, redrivePolicy });
    for (const { url } of [gone, lost]) await cloud.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));

    await cloud.sns.send(new PublishCommand({ TopicArn: topicArn, Message: "upload" }));

    const [message, ...others] = await cloud.drain(deadLetters.url);
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      Body: "upload",
      MessageAttributes: {
        ErrorCode: { DataType: "String", StringValue: "400" },
        ErrorMessage: { DataType: "String", StringValue: "The specified queue does not exist." },
      },
    });
  });

  it("refuses a message that is empty, too long, or for a topic that is not there", async () => {
    await using cloud = await startEmulatedCloud();
    const TopicArn = await cloud.emulator.createTopic("uploads");

    await expect(cloud.sns.send(new PublishCommand({ TopicArn, Message: "" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(
      cloud.sns.send(new PublishCommand({ TopicArn, Message: "x".repeat(256 * 1024 + 1) })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(cloud.sns.send(new PublishCommand({ TopicArn: `${TopicArn}-2`, Message: "x" }))).rejects.toMatchObject(
      { name: "NotFoundException" },
    );
  });
});

describe("a subscription", () => {
  const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:queue";

  it("is the same for the same request, and refused for another of the same queue", async () => {
    await using cloud = await startEmulatedCloud();
    const topicArn = await cloud.emulator.createTopic("uploads");

    const first = await cloud.emulator.subscribe({ topicArn, queueArn: QUEUE_ARN });
    const second = await cloud.emulator.subscribe({ topicArn, queueArn: QUEUE_ARN });

    expect(second).toBe(first);
    expect(first).toBe(`${topicArn}:00000000-0000-4000-8000-000000000000`);
    await expect(
      cloud.emulator.subscribe({ topicArn, queueArn: QUEUE_ARN, rawMessageDelivery: true }),
    ).rejects.toMatchObject({ code: "InvalidParameter" });
  });

  it.each<[string, { queueArn?: string; filterPolicy?: string; redrivePolicy?: string }]>([
    ["a filter policy that SNS refuses", { filterPolicy: `{"key": "x"}` }],
    ["a filter policy that is too complex", { filterPolicy: JSON.stringify({ a: Array(151).fill("x") }) }],
    ["a dead-letter queue without an ARN", { redrivePolicy: `{"deadLetterTargetArn": "queue"}` }],
    ["a redrive policy that is not JSON", { redrivePolicy: `queue` }],
    ["an endpoint that is no queue", { queueArn: "arn:aws:lambda:us-east-1:000000000000:function:f" }],
    ["an ordered queue", { queueArn: `${QUEUE_ARN}.fifo` }],
  ])("is refused with %s", async (_what, wrong) => {
    await using cloud = await startEmulatedCloud();
    const topicArn = await cloud.emulator.createTopic("uploads");

    await expect(cloud.emulator.subscribe({ topicArn, queueArn: QUEUE_ARN, ...wrong })).rejects.toMatchObject({
      code: "InvalidParameter",
    });
  });

  it("can be made by a client, and is checked in the same way", async () => {
    await using cloud = await startEmulatedCloud();
    const { TopicArn = "" } = await cloud.sns.send(new CreateTopicCommand({ Name: "uploads" }));
    const { url, arn } = await cloud.emulator.createQueue("queue", {});
    const subscribe = (FilterPolicy: string) => {
      const Attributes = { FilterPolicy, FilterPolicyScope: "MessageBody", RawMessageDelivery: "true" };
      return cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: arn, Attributes }));
    };

    await expect(subscribe(`{"a": []}`)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Invalid parameter: Attributes Reason: FilterPolicy: Empty arrays are not allowed",
    });
    await subscribe(`{"a": ["x"]}`);
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: `{"a": "x"}` }));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: `{"a": "y"}` }));

    expect(bodies(await cloud.drain(url))).toEqual([`{"a": "x"}`]);
  });

  it("can't be listed", async () => {
    await using cloud = await startEmulatedCloud();

    await expect(cloud.sns.send(new ListTopicsCommand({}))).rejects.toMatchObject({
      name: "NotImplemented",
      $metadata: { httpStatusCode: 501 },
    });
  });
});
