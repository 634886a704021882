import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { testWorker } from "../support/test-worker.ts";

describe("the dispatcher", () => {
  it.each(["open", "bytes", "put", "head"] as const)(
    "throws what may pass: a store that fails to %s",
    async (action) => {
      const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
      const away = new PipelineError("STORE_FAILED", "The store is away.");
      store.on(action, () => Promise.reject(away));

      await expect(testWorker({ store }).dispatch()).rejects.toBe(away);
    },
  );

  it("starts nothing when the worker's time is up", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    await expect(dispatch({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "OUT_OF_TIME",
      retryable: true,
    });
    expect(store.calls).toEqual([]);
  });

  it("downloads nothing when the worker's time is up meanwhile", async () => {
    const time = new AbortController();
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await plainImage("red") });
    store.on("open", () => time.abort());

    await expect(dispatch({}, { signal: time.signal })).rejects.toMatchObject({ code: "OUT_OF_TIME" });
    expect(store.calls).toEqual(["open uploads/cat.png"]);
  });

  it("leaves no output of an older source when what may pass did not on the last receive", async () => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    const { dispatch } = testWorker({ store });
    await dispatch();
    store.set("uploads", "cat.png", { body: await plainImage("green") });
    store.on("bytes", () => Promise.reject(new PipelineError("STORE_FAILED", "The store is away.")));

    const result = await dispatch({}, { redelivered: true, lastReceive: 5 });

    expect(result).toMatchObject({
      status: "failed",
      code: "RETRIES_EXHAUSTED",
      message: "Received 5 times, the last time with STORE_FAILED: The store is away.",
    });
    expect(store.keys("outputs")).toEqual([]);
  });
});
