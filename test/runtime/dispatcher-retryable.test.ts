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

  it("throws what may pass: a worker's time that is up", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    await expect(dispatch({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "TRANSFORM_TIMED_OUT",
      retryable: true,
    });
  });
});
