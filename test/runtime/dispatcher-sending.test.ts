import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Source } from "../../runtime/contract.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { scripted } from "../support/test-transforms.ts";
import { testWorker } from "../support/test-worker.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];

async function worker(run: (source: Source) => AsyncIterable<unknown>) {
  const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
  const variants = NAMES.map((name) => ({ name, format: "source" }) as const);
  return testWorker({ store, transform: scripted({ variants, run }) });
}

async function* yieldAll(source: Source) {
  for (const variant of NAMES) yield { variant, body: await source.image().toBuffer() };
}

it("the dispatcher makes outputs while those before them are sent, and holds at most four that are not", async () => {
  const { dispatch, store } = await worker(yieldAll);
  const waiting: (() => void)[] = [];
  store.on("put", () => new Promise<void>((resolve) => waiting.push(resolve)));

  const dispatching = dispatch();
  await setTimeout(200);
  const atOnce = waiting.length;
  store.on("put", () => {});
  for (const resume of waiting) resume();

  expect(atOnce).toBe(4);
  expect(await dispatching).toMatchObject({ status: "done", outputs: NAMES.map((variant) => ({ variant })) });
});

it("the dispatcher stores what a transform yielded, whatever the transform does to it afterwards", async () => {
  const { dispatch, store } = await worker(async function* (source) {
    const buffer = Buffer.alloc(10_000);
    for (const variant of NAMES) {
      const body = await source.image().toBuffer();
      body.copy(buffer);
      yield { variant, body: buffer.subarray(0, body.length) };
      buffer.fill(0);
    }
  });
  store.on("put", () => setTimeout(20));

  await dispatch();

  const first = store.get("outputs", store.keys("outputs")[0] ?? "")?.body;
  expect(first && Buffer.from(first).subarray(1, 4).toString()).toBe("PNG");
});

it.each<[string, (source: Source) => AsyncIterable<unknown>]>([
  [
    "a transform fails",
    async function* (source) {
      yield { variant: "a", body: await source.image().toBuffer() };
      throw new Error("Out of paint.");
    },
  ],
  ["another can't be stored", yieldAll],
])("the dispatcher ends only when nothing is on its way any more, though %s", async (_, run) => {
  const { dispatch, store } = await worker(run);
  let ended = 0;
  store.on("put", async ({ count }) => {
    await setTimeout(count === 1 ? 60 : 5);
    ended++;
    if (count > 1) throw new Error("The network is away.");
  });

  await dispatch().catch(() => {});

  const puts = store.calls.filter((call) => call.startsWith("put ")).length;
  expect([puts > 0, ended]).toEqual([true, puts]);
});
