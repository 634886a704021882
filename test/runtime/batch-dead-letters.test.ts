import { describe, expect, it } from "vitest";
import { lambdaContext } from "../support/contexts.ts";
import { fixture } from "../support/fixtures.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { s3Event } from "../support/s3-events.ts";
import { sqsEvent, sqsRecord } from "../support/sqs-records.ts";
import { testConsumer } from "../support/test-consumer.ts";
import { scripted } from "../support/test-transforms.ts";
import { workerSettings } from "../support/worker-settings.ts";

const TAKEN = { batchItemFailures: [] };
const GIVEN_BACK = { batchItemFailures: [{ itemIdentifier: "message-1" }] };

/** A transform that fails for good. */
const failing = scripted({
  // biome-ignore lint/correctness/useYield: it throws before it could.
  async *run() {
    throw new Error("Out of paint.");
  },
});

const MESSAGE = "Expected outputs, received an error: Out of paint.";

async function redStore(...keys: readonly string[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const key of keys) store.set("uploads", key, { body: await plainImage("red") });
  return store;
}

describe("a message that failed for good", () => {
  it("becomes a dead letter at its first receive, with a code and a sentence, and its failure is published", async () => {
    const { consumer, queue, topic } = testConsumer({ store: await redStore("cat.png"), transform: failing });
    const body = s3Event({ key: "cat.png", sequencer: "00A1" });

    const response = await consumer.consume(sqsEvent(body), lambdaContext());

    expect(response).toEqual(TAKEN);
    expect(queue.delays).toEqual([]);
    expect(queue.deadLetters).toEqual([{ id: "message-1", body, code: "TRANSFORM_FAILED", message: MESSAGE }]);
    expect(topic.results).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        worker: "preview",
        upload: { bucket: "uploads", key: "cat.png", sequencer: "00A1" },
        outputsBucket: "outputs",
        durationMs: expect.any(Number),
        status: "failed",
        code: "TRANSFORM_FAILED",
        message: MESSAGE,
      },
    ]);
  });

  it("becomes a dead letter when it is no S3 event; there is no upload to publish a result of", async () => {
    const { consumer, queue, topic } = testConsumer();

    const response = await consumer.consume(sqsEvent("hello"), lambdaContext());

    const message = "Expected an S3 event as JSON, received hello.";
    expect([response, topic.results]).toEqual([TAKEN, []]);
    expect(queue.deadLetters).toEqual([{ id: "message-1", body: "hello", code: "EVENT_INVALID", message }]);
  });

  it("keeps no other message of its batch from being done", async () => {
    const { consumer, queue, store, topic } = testConsumer({ store: await redStore("a.png", "c.png") });
    store.set("uploads", "b.png", { body: await fixture("jpeg-truncated") });
    const bodies = ["a.png", "b.png", "c.png"].map((key) => s3Event({ key }));

    const response = await consumer.consume(sqsEvent(...bodies, "hello"), lambdaContext());

    expect(response).toEqual(TAKEN);
    expect(topic.summary.sort()).toEqual(["done a.png", "done c.png", "failed b.png SOURCE_CORRUPT"]);
    expect(queue.deadLetters.map(({ id, code }) => [id, code]).sort()).toEqual([
      ["message-2", "SOURCE_CORRUPT"],
      ["message-4", "EVENT_INVALID"],
    ]);
  });

  it("comes again when the dead-letter queue is away, until it is a dead letter", async () => {
    const { consumer, queue, topic } = testConsumer({ store: await redStore("cat.png"), transform: failing });
    const record = (receives: number) => ({ Records: [sqsRecord(s3Event({ key: "cat.png" }), { receives })] });
    queue.broken.add("deadLetter");
    const first = await consumer.consume(record(1), lambdaContext());
    queue.broken.clear();

    const second = await consumer.consume(record(2), lambdaContext());

    expect([first, second]).toEqual([GIVEN_BACK, TAKEN]);
    expect(queue.deadLetters.map(({ code }) => code)).toEqual(["TRANSFORM_FAILED"]);
    // Published once for each receive, under one id.
    expect(topic.summary).toEqual(["failed cat.png TRANSFORM_FAILED", "failed cat.png TRANSFORM_FAILED"]);
    expect(new Set(topic.results.map(({ id }) => id)).size).toBe(1);
  });

  it("becomes one dead letter however long the topic is away, with its own code", async () => {
    const { consumer, queue, topic } = testConsumer({ store: await redStore("cat.png"), transform: failing });
    const record = (receives: number) => ({ Records: [sqsRecord(s3Event({ key: "cat.png" }), { receives })] });
    topic.broken = true;

    const responses = [];
    for (const receives of [1, 2, 3, 4, 5]) responses.push(await consumer.consume(record(receives), lambdaContext()));

    expect(responses).toEqual([GIVEN_BACK, GIVEN_BACK, GIVEN_BACK, GIVEN_BACK, TAKEN]);
    expect(queue.deadLetters.map(({ code }) => code)).toEqual(["TRANSFORM_FAILED"]);
  });

  it("comes again even on its last receive when the dead-letter queue is away", async () => {
    const { consumer, queue } = testConsumer({ store: await redStore("cat.png"), transform: failing });
    queue.broken.add("deadLetter");

    const response = await consumer.consume(
      { Records: [sqsRecord(s3Event({ key: "cat.png" }), { receives: 5 })] },
      lambdaContext(),
    );

    expect(response).toEqual(GIVEN_BACK);
  });
});

describe("a message of several records", () => {
  it("becomes one dead letter, with the code of the first record that failed for good", async () => {
    const { consumer, queue, store, topic } = testConsumer({ store: await redStore("b.png") });
    for (const key of ["a.png", "c.png"]) store.set("uploads", key, { body: await fixture("png-truncated") });
    const body = s3Event({ key: "a.png" }, { key: "b.png" }, { key: "c.png" });

    const response = await consumer.consume(sqsEvent(body), lambdaContext());

    expect([response, queue.deadLetters.map(({ code }) => code)]).toEqual([TAKEN, ["SOURCE_CORRUPT"]]);
    expect(topic.summary).toEqual(["failed a.png SOURCE_CORRUPT", "done b.png", "failed c.png SOURCE_CORRUPT"]);
  });

  it("is given up only for those records that are not at their end", async () => {
    const store = await redStore("a.png", "b.png", "c.png");
    store.on("bytes", ({ key }) => {
      if (key === "b.png") throw new Error("The network is away.");
    });
    const { consumer, queue, topic } = testConsumer({ store, settings: workerSettings({ maxReceiveCount: 1 }) });
    const body = s3Event({ key: "a.png" }, { key: "b.png" }, { key: "c.png" });

    const response = await consumer.consume(sqsEvent(body), lambdaContext());

    expect([response, queue.deadLetters.map(({ code }) => code)]).toEqual([TAKEN, ["RETRIES_EXHAUSTED"]]);
    expect(topic.summary).toEqual(["done a.png", "failed b.png RETRIES_EXHAUSTED", "failed c.png RETRIES_EXHAUSTED"]);
  });
});
