import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { lambdaContext } from "../support/contexts.ts";
import { fixture } from "../support/fixtures.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { s3Record } from "../support/s3-events.ts";
import { testConsumer } from "../support/test-consumer.ts";

const bareEvent = (...keys: readonly string[]) => ({
  Records: keys.map((key) => ({ s3: { bucket: { name: "uploads" }, object: { key } } })),
});

describe("a function that is invoked with an S3 event", () => {
  it("returns the result of each record, and publishes it", async () => {
    const { consumer, store, topic } = testConsumer();
    store.set("uploads", "cat.png", { body: await plainImage("red") });
    store.set("uploads", "dog.png", { body: await fixture("png-truncated") });

    const answer = await consumer.invoke(bareEvent("cat.png", "dog.png", "gone.png", "cats/"), lambdaContext());

    expect(topic.summary).toEqual([
      "done cat.png",
      "failed dog.png SOURCE_CORRUPT",
      "removed gone.png",
      "skipped cats/ FOLDER_MARKER",
    ]);
    expect(answer).toEqual({ results: topic.results });
  });

  it("returns the whole of a result", async () => {
    const { consumer, store } = testConsumer();
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    const { results } = await consumer.invoke({ Records: [s3Record({ key: "cat.png" })] }, lambdaContext());

    const bytes = expect.any(Number);
    expect(results).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        worker: "preview",
        upload: { bucket: "uploads", key: "cat.png" },
        outputsBucket: "outputs",
        durationMs: expect.any(Number),
        status: "done",
        outputs: [
          { variant: "small", key: "preview/cat.png/small.png", mediaType: "image/png", bytes },
          { variant: "tiny", key: "preview/cat.png/tiny.webp", mediaType: "image/webp", bytes },
        ],
        notes: [],
        unchanged: false,
      },
    ]);
  });

  it("returns failures that may pass as results too, since there is no queue to go back to", async () => {
    const store = new MemoryStore().on("open", ({ key }) => {
      if (key === "cat.png") throw new PipelineError("STORE_FAILED", "The store is away.");
      throw new RangeError("Out of range.");
    });
    const { consumer, queue, topic } = testConsumer({ store });

    const { results } = await consumer.invoke(bareEvent("cat.png", "dog.png"), lambdaContext());

    expect(results).toMatchObject([
      { status: "failed", code: "STORE_FAILED", message: "The store is away.", upload: { key: "cat.png" } },
      { status: "failed", code: "WORKER_FAILED", message: "Out of range.", upload: { key: "dog.png" } },
    ]);
    expect([topic.results, queue.deadLetters, queue.delays]).toEqual([results, [], []]);
  });

  it("does not make again what is up to date", async () => {
    const { consumer, store } = testConsumer();
    store.set("uploads", "cat.png", { body: await plainImage("red") });
    await consumer.invoke(bareEvent("cat.png"), lambdaContext());

    const { results } = await consumer.invoke(bareEvent("cat.png"), lambdaContext());

    expect(results).toMatchObject([{ status: "done", unchanged: true }]);
    expect(store.calls.filter((call) => call.startsWith("put"))).toHaveLength(2);
  });

  it("refuses what is no S3 event", async () => {
    const { consumer } = testConsumer();

    await expect(consumer.invoke({ hello: 1 }, lambdaContext())).rejects.toMatchObject({
      code: "EVENT_INVALID",
      message: 'Expected an S3 event with the name of a bucket and the key of an object, received {"hello":1}.',
    });
  });
});
