import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { RunTime } from "../../runtime/run-time.ts";
import { lambdaContext } from "../support/contexts.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { s3Event } from "../support/s3-events.ts";
import { sqsRecord } from "../support/sqs-records.ts";
import { testConsumer } from "../support/test-consumer.ts";

const message = (id: string, receives: number) => sqsRecord(s3Event({ key: `${id}.png` }), { id, receives });

/** A consumer whose runs take so many milliseconds each, and which has learned that from one batch. */
async function practised(milliseconds: number) {
  const store = new MemoryStore().on("open", () => setTimeout(milliseconds));
  const { consumer, queue, topic } = testConsumer({ store });
  await consumer.consume({ Records: [message("practice", 1)] }, lambdaContext());
  store.calls.length = 0;
  const opened = () =>
    store.calls.filter((call) => call.startsWith("open")).map((call) => call.slice("open uploads/".length));
  return { consumer, queue, topic, opened };
}

describe("a batch that has not the time for all of its messages", () => {
  it("starts none that would not be done, and has the queue deliver it again at once", async () => {
    const { consumer, queue, opened } = await practised(200);
    const Records = [message("0", 2), message("1", 2), message("2", 2)];

    const response = await consumer.consume({ Records }, lambdaContext(400));

    expect(opened()).toEqual(["0.png"]);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "1" }, { itemIdentifier: "2" }]);
    expect(queue.delays).toEqual([
      { id: "1", seconds: 0 },
      { id: "2", seconds: 0 },
    ]);
  });

  it("keeps the time of a message that may not fail any more", async () => {
    const { consumer, queue, opened } = await practised(200);
    const Records = [message("0", 2), message("1", 2), message("last", 5)];

    const response = await consumer.consume({ Records }, lambdaContext(725));

    expect(opened()).toEqual(["0.png", "last.png"]);
    expect([response.batchItemFailures, queue.deadLetters]).toEqual([[{ itemIdentifier: "1" }], []]);
  });

  it("does as many as it can of messages that may all not fail any more, and none for one that came less often", async () => {
    const { consumer, opened } = await practised(200);
    const last = ["a", "b", "c", "d", "e", "f"].map((id) => message(id, 6));

    await consumer.consume({ Records: [message("first", 5), message("second", 5), ...last] }, lambdaContext(850));

    expect(opened().sort()).toEqual(["b.png", "c.png", "first.png"]);
  });

  it("starts its first message all the same, so that there is an end", async () => {
    const { consumer, opened } = await practised(200);

    await consumer.consume({ Records: [message("0", 2), message("1", 2)] }, lambdaContext(50));

    expect(opened()).toEqual(["0.png"]);
  });

  it("has the queue deliver what never had a turn more often than what fails", async () => {
    const { consumer, queue } = await practised(200);

    const response = await consumer.consume({ Records: [message("0", 7), message("1", 7)] }, lambdaContext(300));

    expect([response.batchItemFailures, queue.deadLetters]).toEqual([[{ itemIdentifier: expect.any(String) }], []]);
  });

  it("has a code for a message that never had a turn and does not come again", async () => {
    const { consumer, queue, topic } = await practised(200);

    await consumer.consume({ Records: [message("0", 8), message("1", 8)] }, lambdaContext(300));

    expect(queue.deadLetters).toMatchObject([
      {
        code: "RETRIES_EXHAUSTED",
        message: expect.stringMatching(/^Received 8 times, the last time with OUT_OF_TIME: /),
      },
    ]);
    expect(topic.summary.at(-1)).toMatch(/^failed \d\.png RETRIES_EXHAUSTED$/);
  });
});

describe("the time of runs", () => {
  it("is unknown at first, then near to what the last ones took", () => {
    const runs = new RunTime();
    const expected = [runs.expectedMs];

    for (const milliseconds of [100, 100, 500, 100]) {
      runs.learn(milliseconds);
      expected.push(runs.expectedMs);
    }

    expect(expected).toEqual([0, 100, 100, 200, 175]);
  });
});
