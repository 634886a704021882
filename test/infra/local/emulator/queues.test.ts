import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { queueName } from "../../../../infra/local/queue-name.ts";
import { startEmulatedCloud } from "./emulated-cloud.ts";

describe("a queue", () => {
  it.each([
    "arn:aws:sqs:us-east-1:000000000000:jobs",
    "http://127.0.0.1:4566/000000000000/jobs",
    "http://127.0.0.1:4566/000000000000/jobs/",
    "http://127.0.0.1:4566/000000000000/jobs//",
    "jobs",
  ])("has its name from %s", (arnOrUrl) => {
    expect(queueName(arnOrUrl)).toBe("jobs");
  });

  it("has the address and the ARN that a client is told", async () => {
    await using cloud = await startEmulatedCloud({ region: "eu-west-1" });

    const { url, arn } = await cloud.emulator.createQueue("queue", { VisibilityTimeout: "90" });

    expect(url).toBe(`${cloud.emulator.endpoint}/000000000000/queue`);
    expect(arn).toBe("arn:aws:sqs:eu-west-1:000000000000:queue");
    const { QueueUrl } = await cloud.sqs.send(new GetQueueUrlCommand({ QueueName: "queue" }));
    const { QueueUrls } = await cloud.sqs.send(new ListQueuesCommand({}));
    expect([QueueUrl, QueueUrls]).toEqual([url, [url]]);
    const { Attributes } = await cloud.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn", "VisibilityTimeout"] }),
    );
    expect(Attributes).toEqual({ QueueArn: arn, VisibilityTimeout: "90" });
  });

  it("gives a message to the dead-letter queue after its last receive", async () => {
    await using cloud = await startEmulatedCloud();
    const deadLetters = await cloud.emulator.createQueue("dead-letters", {});
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 2 });
    const { url: QueueUrl } = await cloud.emulator.createQueue("queue", { RedrivePolicy });
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload" }));
    const receive = async () => {
      const MessageSystemAttributeNames = ["ApproximateReceiveCount" as const];
      const { Messages = [] } = await cloud.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, MessageSystemAttributeNames }),
      );
      return Messages.map(({ Attributes }) => Attributes?.ApproximateReceiveCount);
    };

    const receives = [await receive(), await receive(), await receive()];

    expect(receives).toEqual([["1"], ["2"], []]);
    expect(await cloud.drain(deadLetters.url)).toMatchObject([{ Body: "upload" }]);
  });

  it("hides a message until it is given back, and forgets it when it is deleted", async () => {
    await using cloud = await startEmulatedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("queue", {});
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload" }));

    const [first] = await cloud.drain(QueueUrl);
    const { ReceiptHandle } = first ?? {};
    await cloud.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const [second, ...others] = await cloud.drain(QueueUrl);
    await cloud.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));

    expect(second?.MessageId).toBe(first?.MessageId);
    expect([others, await cloud.drain(QueueUrl)]).toEqual([[], []]);
  });

  it("ends a long poll when a message comes", async () => {
    await using cloud = await startEmulatedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("queue", {});

    const poll = cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload" }));

    expect((await poll).Messages).toMatchObject([{ Body: "upload" }]);
  });

  it.each(["🐈", "日本/猫 🐈.png", "\u{10ffff}", "\ufffd\ue000"])("takes the message %j", async (MessageBody) => {
    await using cloud = await startEmulatedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("queue", {});

    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody }] }));

    expect((await cloud.drain(QueueUrl)).map(({ Body }) => Body)).toEqual([MessageBody, MessageBody]);
  });

  it.each(["\u0001", "\ud800", "🐈\u0000", "\uffff"])("refuses the message %j", async (MessageBody) => {
    await using cloud = await startEmulatedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("queue", {});

    await expect(cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))).rejects.toMatchObject({
      name: "InvalidMessageContents",
    });
  });

  it("sends message attributes only to those who ask", async () => {
    await using cloud = await startEmulatedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("queue", {});
    const MessageAttributes = { code: { DataType: "String", StringValue: "x" } };
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload", MessageAttributes }));

    const unasked = await cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
    const asked = await cloud.drain(QueueUrl);

    expect(unasked.Messages?.[0]?.MessageAttributes).toBeUndefined();
    expect(asked).toMatchObject([{ MessageAttributes }]);
  });

  it.each([
    [
      "to a queue that is not there",
      { deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:none", maxReceiveCount: 5 },
    ],
    [
      "after no receive",
      { deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead-letters", maxReceiveCount: 0 },
    ],
    ["to nowhere", { maxReceiveCount: 5 }],
  ])("can't give up %s", async (_what, policy) => {
    await using cloud = await startEmulatedCloud();
    await cloud.emulator.createQueue("dead-letters", {});
    const attributes = { RedrivePolicy: JSON.stringify(policy) };

    await expect(cloud.emulator.createQueue("queue", attributes)).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
    await expect(
      cloud.sqs.send(new CreateQueueCommand({ QueueName: "queue", Attributes: attributes })),
    ).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });
});
