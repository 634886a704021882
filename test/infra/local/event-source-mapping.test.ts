import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import type { Invocation } from "../../../infra/local/function-host.ts";
import { type MappedQueue, queueOf, SUCCESS, startMapping as start } from "./mapped-queue.ts";

describe("an event source mapping", () => {
  it("gives its function the event that Lambda makes of a message", async () => {
    const queue = await queueOf();
    await queue.sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.queueUrl,
        MessageBody: "hello",
        MessageAttributes: {
          code: { DataType: "String", StringValue: "SOURCE_CORRUPT" },
          digest: { DataType: "Binary", BinaryValue: Uint8Array.of(1, 2, 3) },
        },
      }),
    );

    const events = await eventsOf(queue, () => SUCCESS, 1);

    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.stringMatching(/./),
            body: "hello",
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: expect.stringMatching(/^\d{13}$/),
              SenderId: expect.stringMatching(/./),
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            },
            messageAttributes: {
              code: {
                stringValue: "SOURCE_CORRUPT",
                stringListValues: [],
                binaryListValues: [],
                dataType: "String",
              },
              digest: { binaryValue: "AQID", stringListValues: [], binaryListValues: [], dataType: "Binary" },
            },
            md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
            md5OfBody: "5d41402abc4b2a76b9719d911017c592",
            eventSource: "aws:sqs",
            eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:worker",
            awsRegion: "eu-west-1",
          },
        ],
      },
    ]);
  });

  it("removes the messages that its function worked on", async () => {
    const queue = await queueOf("a", "b", "c");

    const events = await eventsOf(queue, () => SUCCESS, 3);

    expect(bodies(events).flat().sort()).toEqual(["a", "b", "c"]);
    expect(queue.left()).toEqual({ hidden: [], visible: [] });
  });

  it("brings back only what its function reports, in the queue's own time, with its count of receives", async () => {
    const queue = await queueOf("bad", "good");

    const events = await eventsOf(queue, (event) => reportOnce(event, "bad"), 3);

    expect(bodies(events)).toEqual([["bad", "good"], ["bad"]]);
    expect(events.map(({ Records: [record] }) => record?.attributes.ApproximateReceiveCount)).toEqual(["1", "2"]);
    expect(queue.left()).toEqual({ hidden: [], visible: [] });
  });

  it("gives a message up to the dead-letter queue after as many failures as that one allows", async () => {
    const queue = await queueOf("poison");

    const events = await eventsOf(
      queue,
      () => ({ outcome: "crashed", reason: "out of memory" }),
      3,
      () => expect.poll(queue.dead, { timeout: 30_000 }).toEqual(["poison"]),
    );

    expect(bodies(events)).toEqual([["poison"], ["poison"], ["poison"]]);
    expect(queue.left()).toEqual({ hidden: [], visible: [] });
  });

  it("holds no more batches than it may run at once", async () => {
    const queue = await queueOf("a", "b", "c", "d", "e");
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const invoke = vi.fn(() => released.then(() => SUCCESS));
    const mapping = start(queue, { function: { invoke }, batchSize: 1, maximumConcurrency: 2 });

    await vi.waitFor(() => expect(invoke).toHaveBeenCalledTimes(2), { timeout: 30_000 });
    const { hidden, visible } = queue.left();
    const { running } = mapping;
    release();
    await vi.waitFor(() => expect(invoke).toHaveBeenCalledTimes(5), { timeout: 30_000 });
    await mapping.stop();

    expect({ running, hidden, visible }).toEqual({ running: 2, hidden: ["a", "b"], visible: ["c", "d", "e"] });
    expect(queue.left()).toEqual({ hidden: [], visible: [] });
  });

  it("waits for what runs and for its messages to be settled when it is stopped, and receives no more", async () => {
    const queue = await queueOf("running", "waiting");
    const { promise: invoked, resolve: started } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const invoke = vi.fn(async () => {
      started();
      await released;
      return SUCCESS;
    });
    const mapping = start(queue, { function: { invoke }, batchSize: 1, maximumConcurrency: 1 });
    await invoked;

    const stopped = mapping.stop();
    release();
    await stopped;

    expect(mapping.running).toBe(0);
    expect(invoke).toHaveBeenCalledTimes(1);
    expect(queue.left()).toEqual({ hidden: [], visible: ["waiting"] });
  });

  it("works at once on the part of a batch that it has when it is stopped", { timeout: 15_000 }, async () => {
    const queue = await queueOf("a");
    const receives = vi.spyOn(queue.sqs, "send");
    const invoke = vi.fn(async (_event: unknown) => SUCCESS);
    const mapping = start(queue, { function: { invoke }, maximumBatchingWindowSeconds: 300 });
    await vi.waitFor(() => expect(receives).toHaveBeenCalledTimes(2), { timeout: 10_000 });

    await mapping.stop();

    expect(bodies(invoke.mock.calls.map(([event]) => event as SQSEvent))).toEqual([["a"]]);
    expect(queue.left()).toEqual({ hidden: [], visible: [] });
  });

  it("stops without waiting for the end of its long poll", { timeout: 15_000 }, async () => {
    const queue = await queueOf();
    const receives = vi.spyOn(queue.sqs, "send");
    const onError = vi.fn();
    const mapping = start(queue, { onError });
    await vi.waitFor(() => expect(receives).toHaveBeenCalled());

    await mapping.stop();

    expect(onError).not.toHaveBeenCalled();
  });
});

/** The events of a mapping that runs until its function was given so many messages, and until something else came true. */
async function eventsOf(
  queue: MappedQueue,
  answer: (event: SQSEvent) => Invocation,
  messages: number,
  until: () => unknown = () => {},
): Promise<SQSEvent[]> {
  const events: SQSEvent[] = [];
  const invoke = async (event: unknown) => {
    events.push(event as SQSEvent);
    return answer(event as SQSEvent);
  };
  const mapping = start(queue, { function: { invoke } });
  await vi.waitFor(() => expect(bodies(events).flat().length).toBeGreaterThanOrEqual(messages), { timeout: 30_000 });
  await until();
  await mapping.stop();
  return events;
}

function bodies(events: readonly SQSEvent[]): string[][] {
  return events.map(({ Records }) => Records.map(({ body }) => body).sort());
}

/** Reports the messages of one body the first time that they are received. */
function reportOnce({ Records }: SQSEvent, reported: string): Invocation {
  const failed = Records.filter(
    ({ body, attributes }) => body === reported && attributes.ApproximateReceiveCount === "1",
  );
  const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
  return { outcome: "returned", value: { batchItemFailures } };
}
