import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { scripted } from "../support/test-transforms.ts";
import { testWorker } from "../support/test-worker.ts";

/** How many of two uploads are transformed at the same time if their pixels together may be so many. */
async function atOnce(pixels: number): Promise<number> {
  const store = new MemoryStore();
  for (const key of ["a.png", "b.png"]) store.set("uploads", key, { body: await plainImage("red") });
  let running = 0;
  let most = 0;
  const transform = scripted({
    async *run(source) {
      most = Math.max(most, ++running);
      // Whoever else may run has time to come here.
      for (let turn = 0; turn < 20 && most < 2; turn++) await setTimeout(5);
      running--;
      yield { variant: "small", body: await source.image().toBuffer() };
    },
  });
  const { dispatch } = testWorker({ store, transform, resources: { pixels } });
  const results = await Promise.all([dispatch({ key: "a.png" }), dispatch({ key: "b.png" })]);
  expect(results.map(({ status }) => status)).toEqual(["done", "done"]);
  return most;
}

describe("the dispatcher", () => {
  it.each([
    ["has pixels for both", Infinity, 2],
    ["has pixels for one", 1, 1],
  ])("works on two uploads at once only if it %s", async (_, pixels, expected) => {
    expect(await atOnce(pixels)).toBe(expected);
  });

  it("starts no transform when its time was up while another had the memory", async () => {
    const store = new MemoryStore();
    for (const key of ["a.png", "b.png"]) store.set("uploads", key, { body: await plainImage("red") });
    const time = new AbortController();
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const started: number[] = [];
    const transform = scripted({
      async *run(source) {
        started.push(source.width);
        begun.resolve();
        await ended.promise;
        yield { variant: "small", body: await source.image().toBuffer() };
      },
    });
    const { dispatch } = testWorker({ store, transform, resources: { pixels: 1 } });

    const first = dispatch({ key: "a.png" });
    await begun.promise;
    const second = dispatch({ key: "b.png" }, { signal: time.signal });
    // By then it waits for its turn.
    await setTimeout(50);
    time.abort();
    ended.resolve();

    await expect(second).rejects.toMatchObject({ code: "OUT_OF_TIME" });
    expect([(await first).status, started.length]).toEqual(["done", 1]);
  });
});
