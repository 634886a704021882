import { describe, expect, it } from "vitest";
import { plainImage } from "../support/plain-images.ts";
import { testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

const SMALL = workerSettings({ limits: { sourceBytes: 1_000 } });

describe("the dispatcher", () => {
  it("does not download what is too large by its event", async () => {
    const { dispatch, store } = testWorker({ settings: SMALL });
    store.set("uploads", "cat.png", { body: Buffer.alloc(1_001) });

    await dispatch({ size: 1_001 });

    expect(store.calls.filter((call) => /^(open|bytes)/.test(call))).toEqual([]);
  });

  it("does not download further what turns out to be too large", async () => {
    const { dispatch, store } = testWorker({ settings: SMALL });
    store.set("uploads", "cat.png", { body: Buffer.alloc(1_001) });

    await dispatch({ size: 1_000 });

    expect(store.calls).not.toContain("bytes uploads/cat.png");
  });

  it.each([
    ["takes", () => plainImage("red")],
    ["skips", async () => Buffer.from("This is no image.")],
    ["fails for", async () => Buffer.alloc(1_001)],
  ])("lets go of the connection to a source that it %s", async (_, body) => {
    const { dispatch, store } = testWorker({ settings: SMALL });
    store.set("uploads", "cat.png", { body: await body() });

    await dispatch();

    expect(store.discarded).toEqual(["uploads/cat.png"]);
  });

  it("makes the outputs of an object that is small by now, though a late event says it was too large", async () => {
    const { dispatch, store } = testWorker({ settings: SMALL });
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    expect((await dispatch({ size: 1_001 })).status).toBe("done");
  });

  it.each(["gzip", "GZIP", "br", "deflate", "compress", "zstd", "aws-chunked,gzip"])(
    "fails for the coding %s, which changes bytes",
    async (contentEncoding) => {
      const { dispatch, store } = testWorker();
      store.set("uploads", "cat.png", { body: await plainImage("red"), contentEncoding });

      expect(await dispatch()).toMatchObject({ status: "failed", code: "SOURCE_ENCODED" });
    },
  );

  it.each(["", "aws-chunked", "identity", "utf-8"])(
    "takes the coding %j, which changes nothing",
    async (contentEncoding) => {
      const { dispatch, store } = testWorker();
      store.set("uploads", "cat.png", { body: await plainImage("red"), contentEncoding });

      expect((await dispatch()).status).toBe("done");
    },
  );
});
