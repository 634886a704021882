import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "../emulator/emulated-cloud.ts";

/*
 * What SQS documents of the visibility of messages:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
let cloud: EmulatedCloud;
let QueueUrl: string;

/** The clock stands still but for `pass`; timers are left alone, for the network needs them. */
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-01-01T00:00:00Z") });
  cloud = await startEmulatedCloud();
  ({ url: QueueUrl } = await cloud.emulator.createQueue("queue", { VisibilityTimeout: "30" }));
  await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload" }));
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const receive = async (VisibilityTimeout?: number): Promise<Message | undefined> => {
  const MessageSystemAttributeNames = ["All" as const];
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout, MessageSystemAttributeNames }),
  );
  return Messages[0];
};
const change = (message: Message | undefined, VisibilityTimeout: number) => {
  const { ReceiptHandle } = message ?? {};
  return cloud.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
};

describe("a message that was received", () => {
  it("is hidden for the queue's visibility timeout, and then comes back", async () => {
    await receive();
    pass(29.999);
    const before = await receive();
    pass(0.001);

    expect([before, (await receive())?.Body]).toEqual([undefined, "upload"]);
  });

  it("is hidden for as long as its receiver asked instead", async () => {
    await receive(5);
    pass(4.999);
    const before = await receive();
    pass(0.001);

    expect([before, (await receive())?.Body]).toEqual([undefined, "upload"]);
  });

  // "The new timeout period takes effect from the time you call the ChangeMessageVisibility action."
  it("is hidden anew from the time that its visibility is changed", async () => {
    const message = await receive();
    pass(20);
    await change(message, 60);
    pass(59.999);
    const before = await receive();
    pass(0.001);

    expect([before, (await receive())?.Body]).toEqual([undefined, "upload"]);
  });

  it("comes back at once if its visibility is set to zero", async () => {
    await change(await receive(), 0);

    expect((await receive())?.Body).toBe("upload");
  });

  it("counts its receives, and keeps its id, its age, and the time of the first", async () => {
    const first = await receive(0);
    pass(10);
    const second = await receive(0);

    expect(first?.Attributes).toEqual({
      SenderId: expect.any(String),
      SentTimestamp: "1767225600000",
      ApproximateReceiveCount: "1",
      ApproximateFirstReceiveTimestamp: "1767225600000",
    });
    expect(second?.Attributes).toEqual({ ...first?.Attributes, ApproximateReceiveCount: "2" });
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it("is gone once it is deleted", async () => {
    const { ReceiptHandle } = (await receive()) ?? {};
    await cloud.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    pass(31);

    expect(await receive()).toBeUndefined();
  });

  // "The value of VisibilityTimeout: 0 to 43200."
  it("can't be hidden for more than twelve hours", async () => {
    await expect(change(await receive(), 43_201)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("can't have its visibility changed when it is visible again", async () => {
    const message = await receive(0);
    await receive();

    await expect(change(message, 10)).rejects.toMatchObject({ name: expect.stringMatching(/MessageNotInflight/) });
  });

  // "Valid values for DelaySeconds: 0 to 900": API_SendMessage.html.
  it("was not delayed by more than fifteen minutes", async () => {
    const send = (DelaySeconds: number) =>
      cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds }));

    await expect(send(901)).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await receive();
    await send(900);
    pass(899.999);
    await receive();
    pass(0.001);
    expect((await receive())?.Body).toBe("later");
  });
});
