import { describe, expect, it } from "vitest";
import { readMessage } from "../../runtime/event.ts";
import type { WorkerSettings } from "../../runtime/settings.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { type PlainColour, plainImage } from "../support/plain-images.ts";
import { eventBridgeEvent, s3Event } from "../support/s3-events.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

const KEY = "cats/tom.png";

/** Every way in which outputs' keys can be made of an upload's, and those that it gives `cats/tom.png`. */
const TEMPLATES = [
  {
    outputKey: "{transform}/{key}/{variant}{ext}",
    keys: ["preview/cats/tom.png/small.png", "preview/cats/tom.png/tiny.webp"],
  },
  { outputKey: "resized-{variant}/{key}", keys: ["resized-small/cats/tom.png", "resized-tiny/cats/tom.png"] },
  { outputKey: "{dir}{base}-{variant}{ext}", keys: ["cats/tom-small.png", "cats/tom-tiny.webp"], flatten: true },
  {
    outputKey: "thumbnails-{variant}/{base}{ext}",
    keys: ["thumbnails-small/tom.png", "thumbnails-tiny/tom.webp"],
    flatten: true,
  },
  { outputKey: "{variant}-{base}{ext}", keys: ["small-tom.png", "tiny-tom.webp"], flatten: true },
] as const;

/** Two workers' worth of neighbours: what is nobody's, and what is another upload's. */
const NEIGHBOURS = ["unrelated.png", "preview/dogs/rex.png/small.png"];

async function storeWith(colour: PlainColour, settings: WorkerSettings): Promise<MemoryStore> {
  const store = new MemoryStore().set("uploads", KEY, { body: await plainImage(colour) });
  for (const key of NEIGHBOURS) store.set("outputs", key, { body: await plainImage("blue") });
  await testWorker({ store, settings }).dispatch({ key: KEY });
  return store;
}

const both = (keys: readonly string[], colour: PlainColour) =>
  Object.fromEntries([...NEIGHBOURS.map((key) => [key, "blue"]), ...keys.map((key) => [key, colour])]);

describe.each(TEMPLATES)("a worker whose outputs lie at $outputKey", ({ keys, ...given }) => {
  const settings = workerSettings(given);

  it("replaces them all when the upload is overwritten", async () => {
    const store = await storeWith("red", settings);
    store.set("uploads", KEY, { body: await plainImage("green") });

    const result = await testWorker({ store, settings }).dispatch({ key: KEY });

    expect([result.status, await shownOutputs(store)]).toEqual(["done", both(keys, "green")]);
  });

  it("removes them all, and nothing else, when the upload is removed", async () => {
    const store = (await storeWith("red", settings)).delete("uploads", KEY);

    const result = await testWorker({ store, settings }).dispatch({ key: KEY });

    expect([result.status, await shownOutputs(store)]).toEqual(["removed", both([], "red")]);
  });

  it("has none left when the upload is overwritten with what is no image", async () => {
    const store = (await storeWith("red", settings)).set("uploads", KEY, { body: Buffer.from("This is no image.") });

    const result = await testWorker({ store, settings }).dispatch({ key: KEY });

    expect([result.status, await shownOutputs(store)]).toEqual(["skipped", both([], "red")]);
  });
});

/** What S3 tells of removals that leave the object in place: of an older version, or of the marker that hid it. */
const REMOVALS_OF_VERSIONS = [
  { name: "by S3", body: s3Event({ key: KEY, eventName: "ObjectRemoved:Delete", versionId: "older" }) },
  { name: "by a lifecycle", body: s3Event({ key: KEY, eventName: "LifecycleExpiration:Delete", versionId: "older" }) },
  {
    name: "by EventBridge",
    body: eventBridgeEvent({ key: KEY, "version-id": "older" }, "Object Deleted"),
  },
];

describe.each(REMOVALS_OF_VERSIONS)("the removal of a version, told $name,", ({ body }) => {
  const [upload] = readMessage(body);
  const settings = workerSettings();

  it("changes nothing, and makes nothing again, if it was not the current one", async () => {
    const store = await storeWith("red", settings);
    store.calls.length = 0;

    const result = await testWorker({ store }).dispatch(upload);

    expect(result).toMatchObject({ status: "done", unchanged: true });
    expect(store.calls.filter((call) => /^(put|remove|bytes)/.test(call))).toEqual([]);
  });

  it("brings back the outputs of the version that is current now", async () => {
    const store = new MemoryStore().set("uploads", KEY, { body: await plainImage("green") });

    const result = await testWorker({ store }).dispatch(upload);

    expect(result).toMatchObject({ status: "done", unchanged: false });
    expect(Object.values(await shownOutputs(store))).toEqual(["green", "green"]);
  });

  it("removes the outputs if there is no current one any more", async () => {
    const store = (await storeWith("red", settings)).delete("uploads", KEY);

    const result = await testWorker({ store }).dispatch(upload);

    expect([result.status, await shownOutputs(store)]).toEqual(["removed", both([], "red")]);
  });
});

describe("an upload that expired", () => {
  it("loses its outputs with any later event of its key, though expiry itself was not told", async () => {
    const store = (await storeWith("red", workerSettings())).delete("uploads", KEY);
    const [late] = readMessage(s3Event({ key: KEY, size: 100 }));

    const result = await testWorker({ store }).dispatch(late);

    expect([result.status, await shownOutputs(store)]).toEqual(["removed", both([], "red")]);
  });
});
