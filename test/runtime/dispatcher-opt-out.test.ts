import { describe, expect, it } from "vitest";
import { MemoryStore, type StoreAction } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

const OUTPUTS = ["preview/cat.png/small.png", "preview/cat.png/tiny.webp"];

const BODY = await plainImage("red");
const OTHER_BODY = await plainImage("blue");

/** The same bytes, with metadata that opts out or not; or no upload at all. */
const METADATA = { in: {}, titled: { title: "Tom" }, out: { "image-machine": "skip" } } as const;

type State = keyof typeof METADATA | "gone";

const STATES: State[] = ["in", "titled", "out", "gone"];

const COPYING = workerSettings({ outputObjects: { copyMetadata: true } });

function upload(store: MemoryStore, state: State): void {
  if (state === "gone") store.delete("uploads", "cat.png");
  else store.set("uploads", "cat.png", { body: BODY, metadata: METADATA[state] });
}

function uploaded(state: State): MemoryStore {
  const store = new MemoryStore();
  upload(store, state);
  return store;
}

/** The title of each output. */
function titles(store: MemoryStore): [key: string, title: string | undefined][] {
  return store
    .keys("outputs")
    .sort()
    .map((key) => [key, store.get("outputs", key)?.metadata?.title]);
}

function expectedTitles(state: State): [key: string, title: string | undefined][] {
  if (state === "out" || state === "gone") return [];
  return OUTPUTS.map((key) => [key, state === "titled" ? "Tom" : undefined]);
}

describe("the dispatcher", () => {
  it.each(["skip", "preview", "resize, preview"])("skips an upload that says %j, unread", async (value) => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: BODY, metadata: { "image-machine": value } });

    const result = await dispatch();

    expect(result).toMatchObject({
      status: "skipped",
      code: "OPTED_OUT",
      message: `Its user metadata image-machine is ${value}.`,
    });
    expect(store.calls).not.toContain("bytes uploads/cat.png");
    expect(store.discarded).toEqual(["uploads/cat.png"]);
  });

  it("works on an upload that opts out of other workers", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: BODY, metadata: { "image-machine": "resize" } });

    expect(await dispatch()).toMatchObject({ status: "done", notes: [] });
  });

  it("works on an upload that says nothing which is understood, and notes that", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: BODY, metadata: { "image-machine": "skip it!" } });

    expect(await dispatch()).toMatchObject({
      status: "done",
      notes: [
        'Expected skip or names of workers in the user metadata image-machine, received "skip it!", which is ignored.',
      ],
    });
  });

  it.each([
    ["the same bytes", BODY, {}],
    ["other bytes", OTHER_BODY, {}],
    ["an empty object", Buffer.alloc(0), { size: 0 }],
  ])("removes the outputs of an upload that was replaced by %s which opt out", async (_, body, event) => {
    const store = uploaded("in");
    await testWorker({ store }).dispatch();
    store.set("uploads", "cat.png", { body, metadata: METADATA.out });

    const result = await testWorker({ store }).dispatch(event, { redelivered: true });

    expect(result).toMatchObject({ status: "skipped", code: "OPTED_OUT" });
    expect(store.keys("outputs")).toEqual([]);
  });

  it("makes the outputs of an upload that does not opt out any more", async () => {
    const store = uploaded("out");
    await testWorker({ store }).dispatch();
    upload(store, "in");

    await testWorker({ store }).dispatch({}, { redelivered: true });

    expect(store.keys("outputs")).toEqual(OUTPUTS);
  });

  it("notices that metadata changed of an object it refused to download", async () => {
    const store = uploaded("out");
    store.on("head", ({ bucket, count }) => {
      if (bucket === "uploads" && count === 2) upload(store, "in");
    });

    await testWorker({ store }).dispatch({ size: 0 });

    expect(store.keys("outputs")).toEqual(OUTPUTS);
  });
});

const CHANGES = STATES.flatMap((before) =>
  STATES.flatMap((first) => STATES.flatMap((then) => STATES.map((last) => [before, first, then, last] as const))),
).filter(([before, first, then, last]) => before !== first && first !== then && then !== last);

describe("one run, while the same bytes get other metadata", () => {
  it.each(CHANGES)("ends with the newest upload's outputs: %s, then %s, %s, %s", async (before, first, then, last) => {
    const store = uploaded(before);
    await testWorker({ store, settings: COPYING }).dispatch();
    upload(store, first);
    const next = [then, last].values();
    store.on("head", ({ bucket }) => {
      if (bucket !== "uploads") return;
      const step = next.next();
      if (!step.done) upload(store, step.value);
    });

    await testWorker({ store, settings: COPYING }).dispatch({}, { redelivered: true });

    expect(titles(store)).toEqual(expectedTitles(last));
  });
});

/** Where the slow run waits until the fast one is at its end. */
const ACTIONS: StoreAction[] = ["open", "bytes", "head", "put", "remove"];

const MEETINGS = ACTIONS.flatMap((action) =>
  STATES.flatMap((first) => STATES.filter((then) => then !== first).map((then) => [action, first, then] as const)),
);

describe("two runs, between which the same bytes get other metadata", () => {
  it.each(MEETINGS)(
    "end with the newest upload's outputs, though the older one is stopped at %s: %s, then %s",
    async (action, first, then) => {
      const store = uploaded(first);
      const stopped = Promise.withResolvers<void>();
      const resumed = Promise.withResolvers<void>();
      store.on(action, () => {
        store.on(action, () => {});
        stopped.resolve();
        return resumed.promise;
      });

      const slow = testWorker({ store, settings: COPYING }).dispatch();
      // Not each state comes by each action.
      await Promise.race([stopped.promise, slow]);
      store.on(action, () => {});
      upload(store, then);
      await testWorker({ store, settings: COPYING }).dispatch({}, { redelivered: true });
      resumed.resolve();
      await slow;

      expect(titles(store)).toEqual(expectedTitles(then));
    },
  );
});
