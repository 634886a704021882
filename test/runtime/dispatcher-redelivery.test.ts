import { describe, expect, it } from "vitest";
import { type Work, workDigest } from "../../runtime/output-writer.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

const SMALL = "preview/cat.png/small.png";
const TINY = "preview/cat.png/tiny.webp";

/** A store in which a red upload's outputs lie, made by the work `digest-1`. */
async function settledStore(): Promise<MemoryStore> {
  const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
  await testWorker({ store, digest: "digest-1" }).dispatch();
  store.calls.length = 0;
  return store;
}

const puts = (store: MemoryStore) => store.calls.filter((call) => call.startsWith("put"));

describe("a message that comes again", () => {
  it("makes nothing when each output is of this source and this work", async () => {
    const store = await settledStore();

    const result = await testWorker({ store }).dispatch({}, { redelivered: true });

    expect(result).toMatchObject({
      status: "done",
      unchanged: true,
      notes: [],
      outputs: [
        { variant: "small", key: SMALL, mediaType: "image/png", bytes: store.get("outputs", SMALL)?.body.length },
        { variant: "tiny", key: TINY, mediaType: "image/webp", bytes: store.get("outputs", TINY)?.body.length },
      ],
    });
    expect(store.calls).toEqual([
      "open uploads/cat.png",
      `head outputs/${SMALL}`,
      `head outputs/${TINY}`,
      "head uploads/cat.png",
    ]);
  });

  it("makes all outputs again when one is missing", async () => {
    const store = (await settledStore()).delete("outputs", TINY);

    const result = await testWorker({ store }).dispatch({}, { redelivered: true });

    expect([result.status, "unchanged" in result && result.unchanged, await shownOutputs(store)]).toEqual([
      "done",
      false,
      { [SMALL]: "red", [TINY]: "red" },
    ]);
  });

  it("makes all outputs again when they are of other work", async () => {
    const store = await settledStore();

    await testWorker({ store, digest: "digest-2" }).dispatch({}, { redelivered: true });

    expect(store.keys("outputs").map((key) => store.get("outputs", key)?.metadata?.digest)).toEqual([
      "digest-2",
      "digest-2",
    ]);
  });

  it("makes all outputs again when they are of another source", async () => {
    const store = (await settledStore()).set("uploads", "cat.png", { body: await plainImage("blue") });

    await testWorker({ store }).dispatch({}, { redelivered: true });

    expect(await shownOutputs(store)).toEqual({ [SMALL]: "blue", [TINY]: "blue" });
  });

  it("makes all outputs again when one is of another source", async () => {
    const store = await settledStore();
    const stale = store.get("outputs", TINY);
    if (stale) store.set("outputs", TINY, { ...stale, metadata: { ...stale.metadata, "source-etag": "other" } });

    await testWorker({ store }).dispatch({}, { redelivered: true });

    expect(puts(store)).toEqual([`put outputs/${SMALL}`, `put outputs/${TINY}`]);
  });
});

describe("a message that comes again to a worker that copies metadata", () => {
  const settings = workerSettings({ outputObjects: { copyMetadata: true } });

  async function settledWith(metadata: Record<string, string>): Promise<MemoryStore> {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red"), metadata });
    await testWorker({ store, settings }).dispatch();
    store.calls.length = 0;
    return store;
  }

  it("makes nothing when the upload's metadata is the same, in whatever order", async () => {
    const store = await settledWith({ title: "Tom", by: "Ann" });
    store.set("uploads", "cat.png", { body: await plainImage("red"), metadata: { by: "Ann", title: "Tom" } });

    const result = await testWorker({ store, settings }).dispatch({}, { redelivered: true });

    expect(result).toMatchObject({ status: "done", unchanged: true });
  });

  it("makes all outputs again when the same bytes have other metadata", async () => {
    const store = await settledWith({ title: "Tom" });
    store.set("uploads", "cat.png", { body: await plainImage("red"), metadata: { title: "Tim" } });

    await testWorker({ store, settings }).dispatch({}, { redelivered: true });

    expect(store.keys("outputs").map((key) => store.get("outputs", key)?.metadata?.title)).toEqual(["Tim", "Tim"]);
  });

  it("makes all outputs again that were made without copying", async () => {
    const store = await settledStore();

    await testWorker({ store, settings }).dispatch({}, { redelivered: true });

    expect(puts(store)).toEqual([`put outputs/${SMALL}`, `put outputs/${TINY}`]);
  });
});

describe("a message that comes again to a worker that copies no metadata", () => {
  it("makes nothing when only metadata is another", async () => {
    const store = await settledStore();
    store.set("uploads", "cat.png", { body: await plainImage("red"), metadata: { title: "Tim" } });

    const result = await testWorker({ store }).dispatch({}, { redelivered: true });

    expect(result).toMatchObject({ status: "done", unchanged: true });
  });
});

describe("a message that comes for the first time", () => {
  it("makes all outputs without looking for older ones", async () => {
    const store = await settledStore();

    await testWorker({ store }).dispatch({}, { redelivered: false });

    expect(store.calls.filter((call) => call.includes("outputs"))).toEqual([
      `put outputs/${SMALL}`,
      `put outputs/${TINY}`,
    ]);
  });
});

describe("the digest of a worker's work", () => {
  const work = { transformSource: "a", options: { side: 1 }, sharp: "0.35.5", settings: workerSettings() };

  it("is the same for the same work", () => {
    expect(workDigest({ ...work, options: { side: 1 }, settings: workerSettings() })).toBe(workDigest(work));
  });

  it.each<[string, Partial<Work>]>([
    ["transform", { transformSource: "b" }],
    ["option", { options: { side: 2 } }],
    ["version of sharp", { sharp: "0.35.6" }],
    ["caching", { settings: workerSettings({ outputObjects: { cacheControl: "no-store" } }) }],
    ["storage class", { settings: workerSettings({ outputObjects: { storageClass: "GLACIER_IR" } }) }],
    ["tag", { settings: workerSettings({ outputObjects: { tags: { team: "web" } } }) }],
    ["copying of metadata", { settings: workerSettings({ outputObjects: { copyMetadata: true } }) }],
    ["copyright", { settings: workerSettings({ keepCopyright: false }) }],
    ["limit of pixels", { settings: workerSettings({ limits: { sourcePixels: 7 } }) }],
    ["limit of frames", { settings: workerSettings({ limits: { sourceFrames: 7 } }) }],
  ])("is another with another %s", (_, change) => {
    expect(workDigest({ ...work, ...change })).not.toBe(workDigest(work));
  });

  it.each<[string, Partial<Work>]>([
    ["place of outputs", { settings: workerSettings({ outputKey: "{key}", outputsPrefix: "out/", flatten: true }) }],
    ["selection", { settings: workerSettings({ selection: { prefix: "cats/" } }) }],
    ["limit that only refuses", { settings: workerSettings({ limits: { sourceBytes: 7, outputPixels: 7 } }) }],
  ])("is the same with another %s", (_, change) => {
    expect(workDigest({ ...work, ...change })).toBe(workDigest(work));
  });
});
