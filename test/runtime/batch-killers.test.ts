import type { SQSRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { lambdaContext } from "../support/contexts.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { s3Event } from "../support/s3-events.ts";
import { sqsRecord } from "../support/sqs-records.ts";
import { testConsumer } from "../support/test-consumer.ts";
import { workerSettings } from "../support/worker-settings.ts";

const IDS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
const { maxReceiveCount } = workerSettings();
const image = await plainImage("red");
/** What is at its end without a decoder. */
const text = Buffer.from("This is no image.");

interface Ends {
  /** At which receive each message was done. */
  readonly done: Record<string, number>;
  /** What the queue itself gave up on. */
  readonly dead: string[];
}

/**
 * Delivers ten messages in one batch, and those that are left in another, as often as the queue does. A killer ends its function in
 * the middle of everything: nothing that it was at goes on, and nothing is reported.
 */
async function deliver(killers: readonly string[], body: Uint8Array): Promise<Ends> {
  const ends: Ends = { done: {}, dead: [] };
  let left: readonly string[] = IDS;
  for (let receives = 1; left.length > 0; receives++) {
    if (receives > maxReceiveCount) return { ...ends, dead: [...left].sort() };
    const messages = left.map((id) => message(id, receives));
    const taken = await invoke(messages, killers, body);
    for (const id of taken) ends.done[id] = receives;
    left = left.filter((id) => !taken.includes(id));
  }
  return ends;
}

/** The messages that do not come again. */
async function invoke(Records: SQSRecord[], killers: readonly string[], body: Uint8Array): Promise<string[]> {
  const died = Promise.withResolvers<"died">();
  let isAlive = true;
  const store = new MemoryStore();
  for (const id of IDS) store.set("uploads", `${id}.png`, { body });
  const untilDeath = ({ key }: { key: string }) => {
    if (killers.includes(key.replace(".png", ""))) {
      isAlive = false;
      died.resolve("died");
    }
    return isAlive ? undefined : new Promise<void>(() => {});
  };
  for (const action of ["open", "bytes", "put", "head"] as const) store.on(action, untilDeath);
  const { consumer, queue } = testConsumer({ store });

  const response = await Promise.race([consumer.consume({ Records }, lambdaContext()), died.promise]);

  if (response === "died") return [...queue.acknowledged];
  const failed = response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return Records.map(({ messageId }) => messageId).filter((id) => !failed.includes(id));
}

function message(id: string, receives: number): SQSRecord {
  return sqsRecord(s3Event({ key: `${id}.png` }), { id, receives });
}

describe("ten messages of which one kills its function", () => {
  it.each(IDS)("end done at the third receive at the latest, but for message %s", async (killer) => {
    const { done, dead } = await deliver([killer], image);

    expect(dead).toEqual([killer]);
    expect(Object.keys(done)).toEqual(IDS.filter((id) => id !== killer));
    expect(Math.max(...Object.values(done))).toBeLessThanOrEqual(3);
  });
});

const SEVERAL: readonly (readonly string[])[] = IDS.flatMap((one, index) =>
  IDS.slice(index + 1).flatMap((other, second) => [
    [one, other],
    ...IDS.slice(index + second + 2).map((third) => [one, other, third]),
  ]),
);

describe("ten messages of which two or three kill their function", () => {
  it("end done, whichever do", async () => {
    const wrong: unknown[] = [];
    for (const killers of SEVERAL) {
      const { done, dead } = await deliver(killers, text);
      if (dead.join() !== killers.join() || Object.keys(done).length !== IDS.length - killers.length)
        wrong.push({ killers, dead });
    }

    expect(wrong).toEqual([]);
    expect(SEVERAL).toHaveLength(45 + 120);
  });
});

describe("a batch", () => {
  it("deletes what is done one by one if a message of it came before", async () => {
    const { consumer, queue } = testConsumer();
    const Records = [message("0", 1), message("1", 2), message("2", 1)];

    const response = await consumer.consume({ Records }, lambdaContext());

    expect([response, queue.acknowledged]).toEqual([{ batchItemFailures: [] }, ["0", "2", "1"]]);
  });

  it.each([
    ["of messages that came for the first time", [message("0", 1), message("1", 1)]],
    ["of one message", [message("0", 3)]],
  ])("%s leaves deleting to Lambda, which costs no call", async (_, Records) => {
    const { consumer, queue } = testConsumer();

    const response = await consumer.consume({ Records }, lambdaContext());

    expect([response, queue.acknowledged]).toEqual([{ batchItemFailures: [] }, []]);
  });

  it("leaves what could not be deleted to Lambda", async () => {
    const { consumer, queue } = testConsumer();
    queue.broken.add("acknowledge");

    const response = await consumer.consume({ Records: [message("0", 1), message("1", 2)] }, lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
  });

  it("does not delete what is to come again", async () => {
    const store = new MemoryStore().on("open", () => Promise.reject(new Error("The network is away.")));
    const { consumer, queue } = testConsumer({ store });

    const response = await consumer.consume({ Records: [message("0", 1), message("1", 2)] }, lambdaContext());

    expect([response.batchItemFailures.length, queue.acknowledged]).toEqual([2, []]);
  });
});
