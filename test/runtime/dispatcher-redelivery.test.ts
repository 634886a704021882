import { describe, expect, it } from "vitest";
import { workDigest } from "../../runtime/output-writer.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";

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
  const work = { transformSource: "a", options: { side: 1 }, sharp: "0.35.5" };

  it("is the same for the same work", () => {
    expect(workDigest({ ...work, options: { side: 1 } })).toBe(workDigest(work));
  });

  it.each([{ transformSource: "b" }, { options: { side: 2 } }, { sharp: "0.35.6" }])("is another with %j", (change) => {
    expect(workDigest({ ...work, ...change })).not.toBe(workDigest(work));
  });
});
