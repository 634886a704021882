import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { lambdaContext } from "../support/contexts.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { s3Event } from "../support/s3-events.ts";
import { sqsRecord } from "../support/sqs-records.ts";
import { testConsumer } from "../support/test-consumer.ts";
import { preview, scripted } from "../support/test-transforms.ts";
import { workerSettings } from "../support/worker-settings.ts";

const GIVEN_BACK = { batchItemFailures: [{ itemIdentifier: "message-1" }] };
const TAKEN = { batchItemFailures: [] };

const once = (receives: number) => ({ Records: [sqsRecord(s3Event({ key: "cat.png" }), { receives })] });

/** A consumer whose store fails to open anything. */
function failingConsumer({ random = 1, maxReceiveCount = 100, error = storeFailed as Error } = {}) {
  const store = new MemoryStore().on("open", () => Promise.reject(error));
  return testConsumer({ store, random: () => random, settings: workerSettings({ maxReceiveCount }) });
}

const storeFailed = new PipelineError("STORE_FAILED", "The store is away.");

describe("a message that failed for a reason that may pass", () => {
  it.each([
    { receives: 1, random: 1, seconds: 10 },
    { receives: 2, random: 1, seconds: 20 },
    { receives: 3, random: 1, seconds: 40 },
    { receives: 4, random: 1, seconds: 80 },
    { receives: 7, random: 1, seconds: 640 },
    { receives: 8, random: 1, seconds: 900 },
    { receives: 60, random: 1, seconds: 900 },
    { receives: 1, random: 0.5, seconds: 5 },
    { receives: 4, random: 0.5, seconds: 40 },
    { receives: 8, random: 0.5, seconds: 450 },
    { receives: 2, random: 0.01, seconds: 1 },
    { receives: 2, random: 0, seconds: 0 },
  ])("comes again after $seconds s at receive $receives and random $random", async ({ receives, random, seconds }) => {
    const { consumer, queue, topic } = failingConsumer({ random });

    const response = await consumer.consume(once(receives), lambdaContext());

    expect([response, queue.delays, queue.deadLetters, topic.results]).toEqual([
      GIVEN_BACK,
      [{ id: "message-1", seconds }],
      [],
      [],
    ]);
  });

  it.each([4, 5])("is given up at receive %i of at most 4, naming the last reason", async (receives) => {
    const { consumer, queue, topic } = failingConsumer({ maxReceiveCount: 4 });

    const response = await consumer.consume(once(receives), lambdaContext());

    const message = `Received ${receives} times, the last time with STORE_FAILED: The store is away.`;
    expect(response).toEqual(TAKEN);
    expect(queue.delays).toEqual([]);
    expect(queue.deadLetters).toEqual([
      { id: "message-1", body: s3Event({ key: "cat.png" }), code: "RETRIES_EXHAUSTED", message },
    ]);
    expect(topic.results).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        worker: "preview",
        upload: { bucket: "uploads", key: "cat.png" },
        outputsBucket: "outputs",
        durationMs: 0,
        status: "failed",
        code: "RETRIES_EXHAUSTED",
        message,
      },
    ]);
  });

  it("is given up for a reason that nobody foresaw as WORKER_FAILED", async () => {
    const { consumer, queue } = failingConsumer({ maxReceiveCount: 1, error: new RangeError("Out of range.") });

    await consumer.consume(once(1), lambdaContext());

    expect(queue.deadLetters).toMatchObject([
      { code: "RETRIES_EXHAUSTED", message: "Received 1 times, the last time with WORKER_FAILED: Out of range." },
    ]);
  });

  it("comes again for a reason that nobody foresaw", async () => {
    const { consumer, queue } = failingConsumer({ error: new RangeError("Out of range.") });

    const response = await consumer.consume(once(1), lambdaContext());

    expect([response, queue.deadLetters]).toEqual([GIVEN_BACK, []]);
  });

  it("comes again when its worker's time is up, though its transform never ends", async () => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    const transform = scripted({
      async *run(source, context) {
        await new Promise(() => {});
        yield* preview.transform(source, { ...context, options: { side: 1 } });
      },
    });
    const { consumer, queue } = testConsumer({ store, transform });

    const response = await consumer.consume(once(1), lambdaContext(2_000));

    expect([response, queue.delays.length, queue.deadLetters]).toEqual([GIVEN_BACK, 1, []]);
  });

  it("comes again even if the queue could not be told when", async () => {
    const { consumer, queue } = failingConsumer();
    queue.broken.add("delay");

    expect(await consumer.consume(once(1), lambdaContext())).toEqual(GIVEN_BACK);
  });

  it("does the work of a message again only if its outputs are not there", async () => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    const { consumer, topic } = testConsumer({ store });
    await consumer.consume(once(1), lambdaContext());

    await consumer.consume(once(2), lambdaContext());

    expect(topic.results.map((result) => "unchanged" in result && result.unchanged)).toEqual([false, true]);
  });
});

describe("a message whose result can't be published", () => {
  it("comes again, though its outputs are stored", async () => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    const { consumer, queue, topic } = testConsumer({ store });
    topic.broken = true;

    const response = await consumer.consume(once(1), lambdaContext());

    expect([response, queue.delays.length, store.keys("outputs").length]).toEqual([GIVEN_BACK, 1, 2]);
  });

  it("becomes one dead letter on its last receive, and is not given back for another", async () => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    const { consumer, queue, topic } = testConsumer({ store });
    topic.broken = true;

    const response = await consumer.consume(once(5), lambdaContext());

    expect([response, queue.deadLetters.map(({ code }) => code)]).toEqual([TAKEN, ["RETRIES_EXHAUSTED"]]);
  });
});
