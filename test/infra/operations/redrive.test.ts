import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lookAtLetters } from "../../../infra/operations/dead-letters.ts";
import { type RedriveOptions, redrive } from "../../../infra/operations/redrive.ts";
import type { OperatedWorker } from "../../../infra/operations/stack-outputs.ts";
import { statusOf } from "../../../infra/operations/status.ts";
import { statusTable } from "../../../infra/operations/status-table.ts";
import { messageAttributes } from "../../../runtime/message-attributes.ts";
import { operatedStack, operatedWorker, TestClock } from "../../support/operated-stack.ts";
import { type EmulatedCloud, startEmulatedCloud } from "../local/emulator/emulated-cloud.ts";

let cloud: EmulatedCloud;
let worker: OperatedWorker;
beforeEach(async () => {
  cloud = await startEmulatedCloud();
  const [queue, dead, undelivered] = await Promise.all(
    ["uploads", "dead-letters", "undelivered"].map((name) => cloud.emulator.createQueue(name, {})),
  );
  worker = operatedWorker({
    queueUrl: queue?.url ?? "",
    deadLetterQueueUrl: dead?.url ?? "",
    undeliveredQueueUrl: undelivered?.url ?? "",
  });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const send = async (QueueUrl: string, MessageBody: string, code?: string) => {
  const attributes = code && {
    MessageAttributes: messageAttributes({ code, message: "It failed.", worker: "preview" }),
  };
  await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...attributes }));
};
/** Twelve of one code, two of another, one without, and one that was not delivered. */
async function fail(): Promise<void> {
  for (let index = 0; index < 12; index++) await send(worker.deadLetterQueueUrl, `corrupt ${index}`, "SOURCE_CORRUPT");
  for (let index = 0; index < 2; index++) await send(worker.deadLetterQueueUrl, `threw ${index}`, "TRANSFORM_FAILED");
  await send(worker.deadLetterQueueUrl, "crashed");
  await send(worker.undeliveredQueueUrl, "undelivered");
}

const run = (given: Partial<RedriveOptions> = {}) =>
  redrive(worker, {
    sqs: cloud.sqs,
    code: undefined,
    rate: 5,
    dryRun: false,
    clock: new TestClock(),
    signal: new AbortController().signal,
    onFound: () => {},
    onMoved: () => {},
    ...given,
  });
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body).sort();
/** What can be received now. */
const visible = async (url: string) => bodies(await cloud.drain(url));

const FOUND = { FUNCTION_CRASHED: 1, SOURCE_CORRUPT: 12, TRANSFORM_FAILED: 2, UNDELIVERED: 1 };

describe("a redrive", () => {
  it("moves dead letters of one code, as they were before they failed, and leaves the others visible", async () => {
    await fail();

    const report = await run({ code: "TRANSFORM_FAILED" });

    expect(report).toEqual({ found: FOUND, chosen: 2, moved: 2, stuck: [] });
    const moved = await cloud.drain(worker.queueUrl);
    expect(bodies(moved)).toEqual(["threw 0", "threw 1"]);
    expect(moved.map(({ MessageAttributes }) => MessageAttributes)).toEqual([undefined, undefined]);
    expect(await visible(worker.deadLetterQueueUrl)).toHaveLength(13);
    expect(await visible(worker.undeliveredQueueUrl)).toEqual(["undelivered"]);
  });

  it("moves all of them without a code, at its rate", async () => {
    await fail();
    const clock = new TestClock();

    const report = await run({ clock });

    expect(report).toMatchObject({ chosen: 16, moved: 16 });
    expect(await visible(worker.queueUrl)).toHaveLength(16);
    expect(await visible(worker.deadLetterQueueUrl)).toEqual([]);
    expect(await visible(worker.undeliveredQueueUrl)).toEqual([]);
    expect(clock.slept.reduce((sum, ms) => sum + ms)).toBeGreaterThanOrEqual(2000);
  });

  it("counts alone as a dry run, and leaves everything visible", async () => {
    await fail();
    const told: unknown[] = [];

    const report = await run({ dryRun: true, onFound: (found) => told.push(found) });

    expect(report).toEqual({ found: FOUND, chosen: 16, moved: 0, stuck: [] });
    expect(told).toEqual([FOUND]);
    expect(await visible(worker.deadLetterQueueUrl)).toHaveLength(15);
    expect(await visible(worker.queueUrl)).toEqual([]);
  });

  it("ends, though what it moves fails again at once", async () => {
    await fail();
    const again: Promise<void>[] = [];
    const onMoved = () => again.push(send(worker.deadLetterQueueUrl, "failed again", "SOURCE_CORRUPT"));

    const report = await run({ onMoved });
    await Promise.all(again);

    expect(report.moved).toBe(16);
    expect(new Set(await visible(worker.deadLetterQueueUrl))).toEqual(new Set(["failed again"]));
  });

  it("stops when it is told to: what was sent is gone, and the rest is visible", async () => {
    await fail();
    const stopping = new AbortController();
    const clock = new TestClock(() => stopping.abort(new Error("Stopped.")));

    await expect(run({ clock, signal: stopping.signal, code: "SOURCE_CORRUPT" })).rejects.toThrow("Stopped.");

    const moved = await visible(worker.queueUrl);
    const left = await visible(worker.deadLetterQueueUrl);
    expect(moved.length).toBeGreaterThan(0);
    expect([...moved, ...left].sort()).toHaveLength(15);
    expect(new Set([...moved, ...left])).toHaveProperty("size", 15);
  });

  it("tells of what was sent and can't be deleted, and does not send it twice", async () => {
    const sqs = mockClient(SQSClient);
    sqs.onAnyCommand().resolves({});
    sqs
      .on(ReceiveMessageCommand, { QueueUrl: worker.deadLetterQueueUrl })
      .resolves({ Messages: [{ MessageId: "a", ReceiptHandle: "a", Body: "upload" }] });
    sqs.on(DeleteMessageBatchCommand).resolves({ Failed: [{ Id: "0", SenderFault: false, Code: "InternalError" }] });

    const report = await run().finally(() => sqs.restore());

    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(1);
    expect(report).toMatchObject({ chosen: 1, moved: 0 });
    expect(report.stuck.map(({ reason }) => reason)).toEqual([
      "It was sent, but could not be deleted: it is there twice.",
    ]);
  });
});

describe("dead letters that are looked at", () => {
  it("are seen once each, stay where they are, and are no more than asked for", async () => {
    await fail();
    const reading = { sqs: cloud.sqs, signal: new AbortController().signal };
    const queue = { queueUrl: worker.deadLetterQueueUrl, code: "FUNCTION_CRASHED" };

    const all = await lookAtLetters(queue, reading);
    const some = await lookAtLetters(queue, { ...reading, max: 5 });

    expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(15);
    expect(all).toHaveLength(15);
    expect(some.length).toBeLessThan(15);
    expect(await visible(worker.deadLetterQueueUrl)).toHaveLength(15);
  });
});

describe("the status of a deployed stack", () => {
  it("tells what waits and what failed by its codes, and leaves it there", async () => {
    await fail();
    await send(worker.queueUrl, "waits");
    await send(worker.queueUrl, "in flight");
    await cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl: worker.queueUrl }));
    const looking = { title: "stack dev", sqs: cloud.sqs, signal: new AbortController().signal };

    const status = await statusOf(operatedStack({ workers: [worker] }), looking);

    expect(status).toEqual({
      stack: "stack dev",
      region: "eu-west-1",
      uploadsBucket: "uploads",
      uploadsPrefix: "",
      outputsBucket: "outputs",
      outputsPrefix: "",
      workers: [
        {
          worker: "preview",
          waiting: 1,
          inFlight: 1,
          oldestSeconds: null,
          deadLetters: { FUNCTION_CRASHED: 1, SOURCE_CORRUPT: 12, TRANSFORM_FAILED: 2 },
          otherDeadLetters: 0,
          undelivered: 1,
        },
      ],
    });
    expect(await visible(worker.deadLetterQueueUrl)).toHaveLength(15);
  });

  it("is a table with a line for each worker", () => {
    const worker = {
      waiting: 12,
      inFlight: 0,
      oldestSeconds: null,
      deadLetters: {},
      otherDeadLetters: 0,
      undelivered: 0,
    };

    const lines = statusTable([
      { worker: "a", ...worker },
      { worker: "b", ...worker, deadLetters: { SOURCE_CORRUPT: 2 }, otherDeadLetters: 3, undelivered: 4 },
    ]);

    expect(lines).toEqual([
      "worker  waiting  in flight  oldest  dead letters                       undelivered",
      "a       12       0          -       -                                  -",
      "b       12       0          -       2 SOURCE_CORRUPT, 3 not looked at  4",
    ]);
  });
});
