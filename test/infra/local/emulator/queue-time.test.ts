import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { markAsMapping } from "../../../../infra/local/event-source-mapping/mapping-call.ts";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

let cloud: EmulatedCloud;
let QueueUrl: string;

/** The clock stands still but for `pass`; timers are left alone, for the network needs them. */
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-01-01T00:00:00Z") });
  cloud = await startEmulatedCloud({ queueTimeScale: 60 });
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const createQueue = async (attributes: Record<string, string>) => {
  ({ url: QueueUrl } = await cloud.emulator.createQueue("queue", attributes));
};
const send = (DelaySeconds?: number) => {
  return cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload", DelaySeconds }));
};
const receive = async (VisibilityTimeout?: number) => {
  const { Messages = [] } = await cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout }));
  return Messages.map(({ ReceiptHandle }) => ReceiptHandle);
};
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
/** Whether a message is hidden until just before, and there after, so many milliseconds. */
const isBackAfter = async (milliseconds: number) => {
  pass(milliseconds - 1);
  const early = await receive();
  pass(1);
  const late = await receive();
  return [early.length, late.length];
};

describe("queue time that passes sixty times as fast", () => {
  it.each([
    ["120", 2000],
    ["90", 1500],
    ["30", 1000],
  ])("makes a queue's visibility of %s s one of %i ms", async (VisibilityTimeout, milliseconds) => {
    await createQueue({ VisibilityTimeout });
    await send();
    await receive();

    expect(await isBackAfter(milliseconds)).toEqual([0, 1]);
  });

  it("leaves a queue's attributes as they are", async () => {
    await createQueue({ VisibilityTimeout: "360", DelaySeconds: "30" });
    const AttributeNames = ["VisibilityTimeout" as const, "DelaySeconds" as const];

    const { Attributes } = await cloud.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));

    expect(Attributes).toEqual({ VisibilityTimeout: "360", DelaySeconds: "30" });
  });

  it("leaves a visibility that a receiver asks for as it is", async () => {
    await createQueue({});
    await send();
    await receive(10);

    expect(await isBackAfter(10_000)).toEqual([0, 1]);
  });

  it("makes a back-off of 30 s half a second", async () => {
    await createQueue({ VisibilityTimeout: "3600" });
    await send();
    const [ReceiptHandle] = await receive();

    await cloud.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 30 }));

    expect(await isBackAfter(500)).toEqual([0, 1]);
  });

  it("makes a back-off in a batch as short", async () => {
    await createQueue({ VisibilityTimeout: "3600" });
    await send();
    const [ReceiptHandle] = await receive();

    const Entries = [{ Id: "a", ReceiptHandle, VisibilityTimeout: 30 }];
    await cloud.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));

    expect(await isBackAfter(500)).toEqual([0, 1]);
  });

  it("leaves a back-off that an event source mapping asks for as it is", async () => {
    await createQueue({ VisibilityTimeout: "3600" });
    await send();
    const [ReceiptHandle] = await receive();

    const Entries = [{ Id: "a", ReceiptHandle, VisibilityTimeout: 30 }];
    await cloud.sqs.send(markAsMapping(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })));

    expect(await isBackAfter(30_000)).toEqual([0, 1]);
  });

  it("lets a message that is given back be there at once", async () => {
    await createQueue({ VisibilityTimeout: "3600" });
    await send();
    const [ReceiptHandle] = await receive();

    await cloud.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));

    expect(await receive()).toHaveLength(1);
  });

  it.each([
    ["of a message", {}, 30],
    ["of a queue", { DelaySeconds: "30" }, undefined],
  ])("makes a delay %s of 30 s half a second", async (_what, attributes, DelaySeconds) => {
    await createQueue(attributes);
    await send(DelaySeconds);

    expect(await isBackAfter(500)).toEqual([0, 1]);
  });

  it("makes a delay in a batch as short", async () => {
    await createQueue({});
    const Entries = [{ Id: "a", MessageBody: "upload", DelaySeconds: 30 }];

    await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

    expect(await isBackAfter(500)).toEqual([0, 1]);
  });

  it("leaves what SQS refuses refused", async () => {
    await createQueue({});
    await send();
    const [ReceiptHandle] = await receive();

    await expect(
      cloud.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 })),
    ).rejects.toMatchObject({ message: expect.stringContaining("Must be between 0 and 43200") });
  });
});
