import { describe, expect, it } from "vitest";
import { MemoryStore, type StoreAction } from "../support/memory-store.ts";
import { type PlainColour, plainImage } from "../support/plain-images.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";

const SMALL = "preview/cat.png/small.png";
const TINY = "preview/cat.png/tiny.webp";
const both = (colour: PlainColour) => ({ [SMALL]: colour, [TINY]: colour });

/** What the upload is when two runs meet; `undefined` stands for its removal. */
type State = PlainColour | undefined;

async function upload(store: MemoryStore, state: State): Promise<void> {
  if (state) store.set("uploads", "cat.png", { body: await plainImage(state) });
  else store.delete("uploads", "cat.png");
}

/** Where the slow run waits until the fast one is at its end. */
const MEETINGS: [action: StoreAction, first: State, then: State][] = [
  ["bytes", "red", "green"],
  ["bytes", "red", undefined],
  ["put", "red", "green"],
  ["put", "red", undefined],
  ["remove", undefined, "green"],
  ["head", "red", "green"],
  ["head", "red", undefined],
  ["head", undefined, "green"],
];

describe("two runs for one upload", () => {
  it.each(MEETINGS)(
    "end with the newest source's outputs, though the older one is stopped at %s: %s, %s",
    async (action, first, then) => {
      const store = new MemoryStore();
      await upload(store, "blue");
      await testWorker({ store }).dispatch();
      await upload(store, first);
      const stopped = Promise.withResolvers<void>();
      const resumed = Promise.withResolvers<void>();
      store.on(action, () => {
        store.on(action, () => {});
        stopped.resolve();
        return resumed.promise;
      });

      const slow = testWorker({ store }).dispatch();
      await stopped.promise;
      await upload(store, then);
      await testWorker({ store }).dispatch();
      resumed.resolve();
      await slow;

      expect(await shownOutputs(store)).toEqual(then ? both(then) : {});
    },
  );

  it("end with the outputs of one that finished, though the other died between two puts", async () => {
    const store = new MemoryStore();
    await upload(store, "red");
    store.on("put", ({ count }) => {
      if (count === 2) throw new Error("The function is gone.");
    });
    const dying = await Promise.allSettled([testWorker({ store }).dispatch()]);
    await upload(store, "green");

    await testWorker({ store }).dispatch({}, { redelivered: true });

    expect([dying[0].status, await shownOutputs(store)]).toEqual(["rejected", both("green")]);
  });
});
