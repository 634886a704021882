import { describe, expect, it } from "vitest";
import { eTagOf, MemoryStore, type StoreAction } from "../support/memory-store.ts";
import { type PlainColour, plainImage } from "../support/plain-images.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

const FLAT = workerSettings({ outputKey: "{variant}-{base}{ext}", flatten: true });
const KEYS = ["small-tom.png", "tiny-tom.webp"];
const CATS = "cats/tom.png";
const DOGS = "dogs/tom.png";

/** What an upload is; `undefined` stands for its removal. */
type State = PlainColour | "text" | undefined;

const BODIES = new Map<State, Buffer>([["text", Buffer.from("This is no image.")]]);
for (const colour of ["red", "green", "blue"] as const) BODIES.set(colour, await plainImage(colour));

function upload(store: MemoryStore, key: string, state: State): void {
  const body = BODIES.get(state);
  if (body) store.set("uploads", key, { body });
  else store.delete("uploads", key);
}

async function settle(store: MemoryStore, key: string, state: State, settings = FLAT): Promise<void> {
  upload(store, key, state);
  await testWorker({ store, settings }).dispatch({ key });
}

const both = (colour: PlainColour) => Object.fromEntries(KEYS.map((key) => [key, colour]));

describe("two uploads whose outputs share their keys", () => {
  it("show the one that was written last", async () => {
    const store = new MemoryStore();

    await settle(store, CATS, "red");
    await settle(store, DOGS, "green");

    expect(await shownOutputs(store)).toEqual(both("green"));
  });

  it.each<[string, State]>([
    ["is removed", undefined],
    ["is no image any more", "text"],
  ])("keep the outputs of the one when the other %s", async (_, state) => {
    const store = new MemoryStore();
    await settle(store, CATS, "red");
    await settle(store, DOGS, "green");

    await settle(store, CATS, state);

    expect(await shownOutputs(store)).toEqual(both("green"));
  });

  it.each<[string, State]>([
    ["is removed", undefined],
    ["is no image any more", "text"],
  ])("lose their outputs when the one that was written last %s", async (_, state) => {
    const store = new MemoryStore();
    await settle(store, CATS, "red");
    await settle(store, DOGS, "green");

    await settle(store, DOGS, state);

    expect(store.keys("outputs")).toEqual([]);
  });

  it("are not taken for each other, though their bytes are the same", async () => {
    const store = new MemoryStore();
    await settle(store, CATS, "red");
    await settle(store, DOGS, "red");

    const result = await testWorker({ store, settings: FLAT }).dispatch({ key: CATS }, { redelivered: true });
    upload(store, DOGS, undefined);
    await testWorker({ store, settings: FLAT }).dispatch({ key: DOGS });

    expect(result).toMatchObject({ unchanged: false });
    expect(await shownOutputs(store)).toEqual(both("red"));
  });
});

describe("two workers whose outputs share their keys", () => {
  it("leave each other's alone", async () => {
    const store = new MemoryStore();
    await settle(store, CATS, "red");

    await settle(store, CATS, undefined, { ...FLAT, worker: "other" });

    expect(await shownOutputs(store)).toEqual(both("red"));
  });
});

describe("a worker whose outputs have keys of their own", () => {
  it("removes them without a look", async () => {
    const store = new MemoryStore();
    await settle(store, "cat.png", "red", workerSettings());
    store.calls.length = 0;

    await settle(store, "cat.png", undefined, workerSettings());

    expect([store.calls.filter((call) => call.startsWith("head outputs")), store.keys("outputs")]).toEqual([[], []]);
  });

  it("leaves what lies there but names no upload, when it skips", async () => {
    const store = new MemoryStore();
    store.set("outputs", "preview/cat.png/small.png", { body: await plainImage("blue") });

    await settle(store, "cat.png", "text", workerSettings());

    expect(await shownOutputs(store)).toEqual({ "preview/cat.png/small.png": "blue" });
  });
});

const STATES: State[] = ["red", "text", undefined];
const ACTIONS: StoreAction[] = ["open", "bytes", "head", "put", "remove"];

const MEETINGS = STATES.flatMap((cats) =>
  STATES.flatMap((dogs) =>
    STATES.flatMap((catsThen) =>
      ACTIONS.flatMap((action) => [1, 2].map((at) => ({ cats, dogs, catsThen, action, at }))),
    ),
  ),
);

describe("runs for two uploads that share their keys", () => {
  it.each(MEETINGS)("leave no output of a source that is gone or replaced: %j", async (meeting) => {
    const { cats, dogs, catsThen, action, at } = meeting;
    const store = new MemoryStore();
    await settle(store, DOGS, "blue");
    await settle(store, CATS, "green");
    const stopped = Promise.withResolvers<void>();
    const resumed = Promise.withResolvers<void>();
    let calls = 0;
    store.on(action, () => {
      calls++;
      if (calls !== at) return;
      stopped.resolve();
      return resumed.promise;
    });

    upload(store, CATS, cats);
    const slow = testWorker({ store, settings: FLAT }).dispatch({ key: CATS });
    await Promise.race([stopped.promise, slow]);
    store.on(action, () => {});
    await settle(store, DOGS, dogs);
    await settle(store, CATS, catsThen);
    resumed.resolve();
    await slow;

    const current = new Set(
      [CATS, DOGS].map((key) => store.get("uploads", key)?.body).map((body) => body && eTagOf(body)),
    );
    const named = store.keys("outputs").map((key) => store.get("outputs", key)?.metadata?.["source-etag"]);
    expect(named.filter((eTag) => !current.has(eTag))).toEqual([]);
    expect(Object.values(await shownOutputs(store)).filter((colour) => colour !== "red")).toEqual([]);
  });
});
