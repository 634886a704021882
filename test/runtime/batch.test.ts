import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { lambdaContext } from "../support/contexts.ts";
import { fixture } from "../support/fixtures.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { eventBridgeEvent, s3Event, TEST_EVENT, wrappedBySns } from "../support/s3-events.ts";
import { sqsEvent } from "../support/sqs-records.ts";
import { testConsumer } from "../support/test-consumer.ts";
import { shownOutputs } from "../support/test-worker.ts";

const ALL_TAKEN = { batchItemFailures: [] };

async function storeWith(...keys: readonly string[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const key of keys) store.set("uploads", key, { body: await plainImage("red") });
  return store;
}

describe("a batch", () => {
  it("is taken whole when every message is at its end, each with its result", async () => {
    const { consumer, queue, store, topic } = testConsumer({ store: await storeWith("cat.png", "empty.png") });
    store.set("uploads", "notes.txt", { body: await fixture("text") });
    const batch = sqsEvent(
      s3Event({ key: "cat.png" }),
      s3Event({ key: "notes.txt" }),
      s3Event({ key: "gone.png", eventName: "ObjectRemoved:Delete" }),
    );

    const response = await consumer.consume(batch, lambdaContext());

    expect(response).toEqual(ALL_TAKEN);
    expect(topic.summary.sort()).toEqual(["done cat.png", "removed gone.png", "skipped notes.txt TYPE_NOT_ACCEPTED"]);
    expect([queue.deadLetters, queue.delays]).toEqual([[], []]);
  });

  it.each([
    ["raw", s3Event({ key: "a cat.png" })],
    ["wrapped by SNS", wrappedBySns(s3Event({ key: "a cat.png" }))],
    ["from EventBridge", eventBridgeEvent({ key: "a cat.png" })],
  ])("may hold an event that is %s", async (_, body) => {
    const { consumer, store } = testConsumer({ store: await storeWith("a cat.png") });

    const response = await consumer.consume(sqsEvent(body), lambdaContext());

    expect([response, await shownOutputs(store)]).toEqual([
      ALL_TAKEN,
      { "preview/a cat.png/small.png": "red", "preview/a cat.png/tiny.webp": "red" },
    ]);
  });

  it.each([TEST_EVENT, wrappedBySns(TEST_EVENT)])(
    "is taken with S3's test event, of which nothing becomes",
    async (body) => {
      const { consumer, queue, store, topic } = testConsumer();

      const response = await consumer.consume(sqsEvent(body), lambdaContext());

      expect([response, topic.results, queue.deadLetters, store.calls]).toEqual([ALL_TAKEN, [], [], []]);
    },
  );

  it("has a result for each record of each message", async () => {
    const { consumer, topic } = testConsumer({ store: await storeWith("a.png", "b.png", "c.png") });
    const batch = sqsEvent(s3Event({ key: "a.png" }, { key: "b.png" }), s3Event({ key: "c.png" }, { key: "gone.png" }));

    const response = await consumer.consume(batch, lambdaContext());

    expect(response).toEqual(ALL_TAKEN);
    expect(topic.summary.sort()).toEqual(["done a.png", "done b.png", "done c.png", "removed gone.png"]);
  });

  it("gives back only the messages that are to come again", async () => {
    const store = await storeWith("a.png", "b.png", "c.png");
    store.on("bytes", ({ key }) => {
      if (key === "b.png") throw new Error("The network is away.");
    });
    const { consumer, topic } = testConsumer({ store });
    const batch = sqsEvent(s3Event({ key: "a.png" }), s3Event({ key: "b.png" }), s3Event({ key: "c.png" }));

    const response = await consumer.consume(batch, lambdaContext());

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "message-2" }] });
    expect(topic.summary.sort()).toEqual(["done a.png", "done c.png"]);
  });

  it("is given back whole, and not as an error, when every message is to come again", async () => {
    const store = await storeWith("a.png", "b.png");
    store.on("open", () => Promise.reject(new Error("The network is away.")));
    const { consumer } = testConsumer({ store });

    const response = await consumer.consume(
      sqsEvent(s3Event({ key: "a.png" }), s3Event({ key: "b.png" })),
      lambdaContext(),
    );

    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }, { itemIdentifier: "message-2" }],
    });
  });

  it("leaves two seconds of its function's time, or a fifth, for telling the queue what was not done", async () => {
    using timeout = vi.spyOn(AbortSignal, "timeout");
    const { consumer } = testConsumer();

    await consumer.consume(sqsEvent(TEST_EVENT), lambdaContext(60_000));
    await consumer.consume(sqsEvent(TEST_EVENT), lambdaContext(999));
    await consumer.consume(sqsEvent(TEST_EVENT), lambdaContext(-1));

    expect(timeout.mock.calls).toEqual([[58_000], [799], [0]]);
  });

  it("has four messages in hand at once for each core", async () => {
    const cores = availableParallelism();
    const keys = Array.from({ length: 4 * cores + 1 }, (_, index) => `${index}.png`);
    const waiting: (() => void)[] = [];
    const store = (await storeWith(...keys)).on("open", () => new Promise<void>((resolve) => waiting.push(resolve)));
    const { consumer } = testConsumer({ store });

    const consuming = consumer.consume(sqsEvent(...keys.map((key) => s3Event({ key }))), lambdaContext());
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    const atOnce = waiting.length;
    store.on("open", () => {});
    for (const resume of waiting) resume();

    expect([atOnce, await consuming]).toEqual([4 * cores, ALL_TAKEN]);
  });
});
