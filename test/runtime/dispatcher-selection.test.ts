import { describe, expect, it } from "vitest";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

const WITHIN = workerSettings({ uploadsPrefix: "in/", outputsPrefix: "out/", outputsBucket: "uploads" });

describe("the dispatcher", () => {
  it.each([
    ["other/cat.png", "Its key does not start with in/, as those of uploads do."],
    ["In/cat.png", "Its key does not start with in/, as those of uploads do."],
    ["out/preview/cat.png/small.png", "Its key does not start with in/, as those of uploads do."],
    ["out/", "Its key does not start with in/, as those of uploads do."],
  ])("skips %s, where no uploads are, without any call", async (key, message) => {
    const { dispatch, store } = testWorker({ settings: WITHIN });
    store.set("uploads", key, { body: await plainImage("red") });

    const result = await dispatch({ key });

    expect(result).toMatchObject({ status: "skipped", code: "OUTSIDE_UPLOADS", message });
    expect(store.calls).toEqual([]);
  });

  it("skips its own outputs without any call, though they lie among the uploads", async () => {
    const settings = workerSettings({ outputsBucket: "uploads", outputsPrefix: "out/" });
    const { dispatch, store } = testWorker({ settings });
    store.set("uploads", "cat.png", { body: await plainImage("red") });
    await dispatch({ key: "cat.png" });
    store.calls.length = 0;

    const result = await dispatch({ key: "out/preview/cat.png/small.png" });

    expect(result).toMatchObject({
      code: "OUTSIDE_UPLOADS",
      message: "It lies where outputs are written.",
    });
    expect(store.calls).toEqual([]);
  });

  it("works on nothing if all that it is told of lies where outputs are", async () => {
    const { dispatch, store } = testWorker({ settings: workerSettings({ outputsBucket: "uploads" }) });
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    expect(await dispatch()).toMatchObject({ status: "skipped", code: "OUTSIDE_UPLOADS" });
    expect(store.calls).toEqual([]);
  });

  it("names outputs by the part of the key behind the uploads' prefix, and puts them behind the outputs'", async () => {
    const { dispatch, store } = testWorker({ settings: WITHIN });
    store.set("uploads", "in/cats/tom.png", { body: await plainImage("red") });

    const result = await dispatch({ key: "in/cats/tom.png" });

    expect(result).toMatchObject({
      status: "done",
      outputs: [
        { variant: "small", key: "out/preview/cats/tom.png/small.png" },
        { variant: "tiny", key: "out/preview/cats/tom.png/tiny.webp" },
      ],
    });
    expect(store.keys("uploads")).toEqual([
      "in/cats/tom.png",
      "out/preview/cats/tom.png/small.png",
      "out/preview/cats/tom.png/tiny.webp",
    ]);
  });

  it("removes the outputs that lie behind the outputs' prefix", async () => {
    const { dispatch, store } = testWorker({ settings: WITHIN });
    store.set("uploads", "in/cat.png", { body: await plainImage("red") });
    await dispatch({ key: "in/cat.png" });
    store.delete("uploads", "in/cat.png");

    const result = await dispatch({ key: "in/cat.png" });

    expect([result.status, store.keys("uploads")]).toEqual(["removed", []]);
  });

  it("judges a selection by the part of the key behind the uploads' prefix", async () => {
    const settings = workerSettings({ uploadsPrefix: "in/", selection: { prefix: "cats/", exclude: ["in/**"] } });
    const { dispatch, store } = testWorker({ settings });
    store.set("uploads", "in/cats/tom.png", { body: await plainImage("red") });

    expect((await dispatch({ key: "in/cats/tom.png" })).status).toBe("done");
  });

  it.each([
    ["there", true],
    ["gone", false],
  ])("skips what is not selected without any call, and so leaves its outputs: the upload is %s", async (_, isThere) => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    await testWorker({ store }).dispatch();
    const outputs = store.keys("outputs");
    if (!isThere) store.delete("uploads", "cat.png");
    store.calls.length = 0;

    const result = await testWorker({
      store,
      settings: workerSettings({ selection: { include: ["dogs/**"] } }),
    }).dispatch();

    expect(result).toMatchObject({
      status: "skipped",
      code: "NOT_SELECTED",
      message: "Its key does not match dogs/**.",
    });
    expect([store.calls, store.keys("outputs")]).toEqual([[], outputs]);
  });
});
