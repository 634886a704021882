import { describe, expect, it } from "vitest";
import { eTagOf, MemoryStore } from "../support/memory-store.ts";
import { type PlainColour, plainImage } from "../support/plain-images.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";

const NONE = {};
const both = (colour: PlainColour) => ({ "preview/cat.png/small.png": colour, "preview/cat.png/tiny.webp": colour });

/** What becomes of the upload; `undefined` stands for its removal. */
type State = PlainColour | undefined;

const images = new Map<PlainColour, Buffer>();
for (const colour of ["red", "green", "blue"] as const) images.set(colour, await plainImage(colour));

function upload(store: MemoryStore, state: State): void {
  const body = state && images.get(state);
  if (body) store.set("uploads", "cat.png", { body });
  else store.delete("uploads", "cat.png");
}

/** A store whose source is in one state after another: a new one each time that a run looks whether it has changed. */
function changingStore(first: State, ...later: readonly State[]): MemoryStore {
  const store = new MemoryStore();
  const next = later.values();
  upload(store, first);
  return store.on("head", ({ bucket }) => {
    if (bucket !== "uploads") return;
    const step = next.next();
    if (!step.done) upload(store, step.value);
  });
}

interface Interleaving {
  readonly states: [State, ...State[]];
  readonly status: string;
  readonly outputs: Record<string, PlainColour>;
  readonly reads: number;
}

/** A run between whose read and whose last look the source goes on to the next state. */
const INTERLEAVINGS: Interleaving[] = [
  { states: ["red"], status: "done", outputs: both("red"), reads: 1 },
  { states: [undefined], status: "removed", outputs: NONE, reads: 1 },
  { states: ["red", "red"], status: "done", outputs: both("red"), reads: 1 },
  { states: ["red", "green"], status: "done", outputs: both("green"), reads: 2 },
  { states: ["red", undefined], status: "removed", outputs: NONE, reads: 2 },
  { states: [undefined, "green"], status: "done", outputs: both("green"), reads: 2 },
  { states: ["red", "green", "red"], status: "done", outputs: both("red"), reads: 3 },
  { states: ["red", "green", "blue"], status: "done", outputs: both("blue"), reads: 3 },
  { states: ["red", "green", undefined], status: "removed", outputs: NONE, reads: 3 },
  { states: ["red", undefined, "red"], status: "done", outputs: both("red"), reads: 3 },
  { states: [undefined, "red", undefined], status: "removed", outputs: NONE, reads: 3 },
];

describe("the dispatcher", () => {
  it.each(INTERLEAVINGS)("ends $status with the newest source's outputs after $states", async (interleaving) => {
    const store = changingStore(...interleaving.states);

    const result = await testWorker({ store }).dispatch();
    const reads = store.calls.filter((call) => call === "open uploads/cat.png").length;

    expect({ status: result.status, outputs: await shownOutputs(store), reads }).toEqual({
      status: interleaving.status,
      outputs: interleaving.outputs,
      reads: interleaving.reads,
    });
  });

  it.each<[State, State, State, State]>([
    ["red", "green", "blue", "red"],
    ["red", "green", "red", "green"],
    ["red", undefined, "red", undefined],
  ])("gives a source back that changes at each of three looks: %s, %s, %s, %s", async (...states) => {
    const store = changingStore(...states);

    const dispatching = testWorker({ store }).dispatch();

    await expect(dispatching).rejects.toMatchObject({
      code: "SOURCE_CHANGING",
      retryable: true,
      message: "Expected a source that rests, received 3 different ones.",
    });
  });

  it("ends with the newest source's outputs when it is overwritten between two puts", async () => {
    const store = changingStore("red");
    store.on("put", ({ count }) => {
      if (count === 2) upload(store, "green");
    });

    await testWorker({ store }).dispatch();

    expect(await shownOutputs(store)).toEqual(both("green"));
  });

  it("never names an output's source by the ETag of another", async () => {
    const store = changingStore("red");
    store.on("bytes", ({ count }) => {
      if (count === 1) upload(store, "green");
    });

    await testWorker({ store }).dispatch();
    const eTags = store.keys("outputs").map((key) => store.get("outputs", key)?.metadata?.["source-etag"]);

    expect(new Set(eTags)).toEqual(new Set([eTagOf(images.get("green") ?? Buffer.of())]));
  });

  it("notices that an object it refused to download has changed", async () => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: Buffer.alloc(0) });
    store.on("head", ({ bucket, count }) => {
      if (bucket === "uploads" && count === 2) upload(store, "blue");
    });

    const result = await testWorker({ store }).dispatch({ size: 0 });

    expect([result.status, await shownOutputs(store)]).toEqual(["done", both("blue")]);
  });

  it("says in the log that the source changed", async () => {
    const lines: unknown[] = [];
    const log = { debug() {}, info: (...line: unknown[]) => void lines.push(line), warn() {} };
    const store = changingStore("red", undefined);

    await testWorker({ store }).dispatch({}, { log });

    expect(lines).toEqual([
      [
        "The source changed meanwhile.",
        { read: 1, eTagBefore: eTagOf(images.get("red") ?? Buffer.of()), eTagNow: undefined },
      ],
    ]);
  });
});
