import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import { inBatches, sendBatch } from "../../../infra/operations/send-messages.ts";
import { TestClock } from "../../support/operated-stack.ts";

const queue = mockClient(SQSClient);
afterEach(() => queue.reset());

const QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/uploads";
const THROTTLED = { SenderFault: false, Code: "ThrottlingException", Message: "Slow down." };
const INVALID = { SenderFault: true, Code: "InvalidMessageContents", Message: "No such characters." };

const bodies = (...all: string[]) => all.map((body) => ({ body }));
const send = (clock: TestClock, ...all: string[]) =>
  sendBatch(bodies(...all), { sqs: new SQSClient({ region: "eu-west-1" }), queueUrl: QUEUE_URL, clock });
const requests = () =>
  queue
    .commandCalls(SendMessageBatchCommand)
    .map(({ args: [{ input }] }) => (input.Entries ?? []).map(({ MessageBody }) => MessageBody));

describe("sending a batch", () => {
  it("sends those again that the queue could not take at that moment, and no others", async () => {
    const clock = new TestClock();
    queue
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [{ Id: "1", ...THROTTLED }] })
      .resolves({});

    const refused = await send(clock, "a", "b", "c");

    expect(refused).toEqual([]);
    expect(requests()).toEqual([["a", "b", "c"], ["b"]]);
    expect(clock.slept).toEqual([200]);
  });

  it("tells of those that the queue will never take, and does not try them again", async () => {
    queue.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: "0", ...INVALID }] });

    const refused = await send(new TestClock(), "a", "b");

    expect(refused).toEqual([{ item: { body: "a" }, reason: "InvalidMessageContents: No such characters." }]);
    expect(requests()).toEqual([["a", "b"]]);
  });

  it("ends, after longer and longer pauses, with a queue that never takes them", async () => {
    const clock = new TestClock();
    queue.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: "0", ...THROTTLED }] });

    const refused = await send(clock, "a");

    expect(refused).toEqual([{ item: { body: "a" }, reason: "ThrottlingException: Slow down." }]);
    expect(clock.slept).toEqual([200, 400, 800, 1600, 3200]);
  });

  it("throws what the client throws", async () => {
    queue.on(SendMessageBatchCommand).rejects(new Error("No network."));

    await expect(send(new TestClock(), "a")).rejects.toThrow("No network.");
  });
});

describe("batches", () => {
  it("have at most ten messages", () => {
    const sizes = inBatches(Array.from({ length: 23 }, () => ({ body: "x" }))).map(({ length }) => length);

    expect(sizes).toEqual([10, 10, 3]);
  });

  it("have at most as many bytes as one request takes", () => {
    const batches = inBatches(bodies("é".repeat(65_536), "é".repeat(65_536), "x", "y"));

    expect(batches.map(({ length }) => length)).toEqual([2, 2]);
  });
});
