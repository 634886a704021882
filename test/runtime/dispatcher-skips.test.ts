import { describe, expect, it } from "vitest";
import type { Upload } from "../../runtime/event.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";

const ACCEPTED = "image/png, image/webp, image/jpeg";

describe("the dispatcher", () => {
  it.each(["cats/", "/", "a/b/"])("skips the folder marker %s without any call", async (key) => {
    const { dispatch, store } = testWorker();

    const result = await dispatch({ key, size: 0 });

    expect(result).toMatchObject({ status: "skipped", code: "FOLDER_MARKER", message: "It is a folder marker." });
    expect(store.calls).toEqual([]);
  });

  it("refuses an upload of another bucket without any call", async () => {
    const { dispatch, store } = testWorker();

    const result = await dispatch({ bucket: "outputs" });

    expect(result).toMatchObject({
      status: "failed",
      code: "EVENT_INVALID",
      message: "Expected an upload of bucket uploads, received one of outputs.",
    });
    expect(store.calls).toEqual([]);
  });

  it("skips an object that is empty by its event without downloading it", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: Buffer.alloc(0) });

    const result = await dispatch({ size: 0 });

    expect(result).toMatchObject({ status: "skipped", code: "EMPTY_OBJECT", message: "It has no bytes." });
    expect(store.calls).not.toContain("open uploads/cat.png");
  });

  it("skips an object that is empty though its event does not say so", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: Buffer.alloc(0) });

    const result = await dispatch({});

    expect(result).toMatchObject({ status: "skipped", code: "EMPTY_OBJECT" });
    expect(store.calls).not.toContain("bytes uploads/cat.png");
  });

  it.each<[FixtureName, string]>([
    ["gif", `Its bytes are image/gif, not ${ACCEPTED}.`],
    ["tiff", `Its bytes are image/tiff, not ${ACCEPTED}.`],
    ["text", `Its bytes are of no known image format, not ${ACCEPTED}.`],
    ["svg", `Its bytes are of no known image format, not ${ACCEPTED}.`],
  ])("skips %s, which the transform does not accept, after its first bytes", async (name, message) => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await fixture(name) });

    const result = await dispatch();

    expect(result).toMatchObject({ status: "skipped", code: "TYPE_NOT_ACCEPTED", message });
    expect(store.calls).not.toContain("bytes uploads/cat.png");
  });

  it("says of a skip what it says of every result", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: Buffer.alloc(0) });

    const result = await dispatch({ size: 0 });

    expect(result).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      worker: "preview",
      upload: { bucket: "uploads", key: "cat.png", size: 0 },
      outputsBucket: "outputs",
      durationMs: expect.any(Number),
      status: "skipped",
      code: "EMPTY_OBJECT",
      message: "It has no bytes.",
    });
  });

  it.each<[string, () => Promise<Buffer>, Partial<Upload>]>([
    ["an empty object", async () => Buffer.alloc(0), { size: 0 }],
    ["an empty object by a bare event", async () => Buffer.alloc(0), {}],
    ["a type that is not accepted", () => fixture("gif"), {}],
  ])("removes the outputs of an older source that %s replaced", async (_, body, event) => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    const { dispatch } = testWorker({ store });
    await dispatch();
    store.set("uploads", "cat.png", { body: await body() });

    const result = await dispatch(event);

    expect([result.status, store.keys("outputs")]).toEqual(["skipped", []]);
  });

  it("leaves the outputs of other uploads and workers alone when it skips", async () => {
    const store = new MemoryStore().set("uploads", "dog.png", { body: await plainImage("red") });
    const { dispatch } = testWorker({ store });
    await dispatch({ key: "dog.png" });
    store.set("outputs", "blur/cat.png/small.png", { body: await plainImage("blue") });
    store.set("uploads", "cat.png", { body: await fixture("text") });

    await dispatch({ key: "cat.png" });

    expect(await shownOutputs(store)).toEqual({
      "preview/dog.png/small.png": "red",
      "preview/dog.png/tiny.webp": "red",
      "blur/cat.png/small.png": "blue",
    });
  });

  it("makes the outputs of an object that is real by now, though a late event says it was empty", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    const result = await dispatch({ size: 0 });

    expect([result.status, await shownOutputs(store)]).toEqual([
      "done",
      { "preview/cat.png/small.png": "red", "preview/cat.png/tiny.webp": "red" },
    ]);
  });
});
