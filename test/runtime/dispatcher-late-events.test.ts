import { describe, expect, it } from "vitest";
import { MemoryStore } from "../support/memory-store.ts";
import { type PlainColour, plainImage } from "../support/plain-images.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";

const SMALL = "preview/cat.png/small.png";
const TINY = "preview/cat.png/tiny.webp";

async function storeWith(colour: PlainColour): Promise<MemoryStore> {
  return new MemoryStore().set("uploads", "cat.png", { body: await plainImage(colour) });
}

describe("the dispatcher", () => {
  it("removes every declared output of a removed upload, and no other", async () => {
    const store = await storeWith("red");
    const { dispatch } = testWorker({ store });
    await dispatch();
    store.set("outputs", "preview/cat.png/other.png", { body: await plainImage("blue") });
    store.delete("uploads", "cat.png");

    const result = await dispatch({ sequencer: "00A2" });

    expect([result.status, await shownOutputs(store)]).toEqual(["removed", { "preview/cat.png/other.png": "blue" }]);
  });

  it("removes nothing of a removed upload whose outputs S3 could not have stored", async () => {
    const { dispatch, store } = testWorker();

    const result = await dispatch({ key: "a".repeat(1_015) });

    expect([result.status, store.calls.filter((call) => call.startsWith("remove"))]).toEqual(["removed", []]);
  });

  it("removes the outputs of an upload that is gone, though a late event says it was created", async () => {
    const store = await storeWith("red");
    const { dispatch } = testWorker({ store });
    await dispatch({ size: 100, sequencer: "00A1" });
    store.delete("uploads", "cat.png");

    const result = await dispatch({ size: 100, sequencer: "00A1" });

    expect([result.status, store.keys("outputs")]).toEqual(["removed", []]);
  });

  it("makes the outputs of an upload that is back, though a late event says it was removed", async () => {
    const store = await storeWith("green");

    const result = await testWorker({ store }).dispatch({ sequencer: "00A1" });

    expect([result.status, await shownOutputs(store)]).toEqual(["done", { [SMALL]: "green", [TINY]: "green" }]);
  });
});
