import { describe, expect, it } from "vitest";
import { fixture } from "../support/fixtures.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { scripted } from "../support/test-transforms.ts";
import { shownOutputs, testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

describe("the dispatcher", () => {
  it("stores every declared output of an upload and says so", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cats/tom.png", { body: await plainImage("red") });

    const result = await dispatch({ key: "cats/tom.png", sequencer: "00A1" });

    const [small, tiny] = ["preview/cats/tom.png/small.png", "preview/cats/tom.png/tiny.webp"] as const;
    expect(result).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      worker: "preview",
      upload: { bucket: "uploads", key: "cats/tom.png", sequencer: "00A1" },
      outputsBucket: "outputs",
      durationMs: expect.any(Number),
      status: "done",
      outputs: [
        { variant: "small", key: small, mediaType: "image/png", bytes: store.get("outputs", small)?.body.length },
        { variant: "tiny", key: tiny, mediaType: "image/webp", bytes: store.get("outputs", tiny)?.body.length },
      ],
      notes: [],
      unchanged: false,
    });
    expect(await shownOutputs(store)).toEqual({ [small]: "red", [tiny]: "red" });
  });

  it("opens the source once, and looks at its ETag again at the end", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    await dispatch();

    expect(store.calls).toEqual([
      "open uploads/cat.png",
      "bytes uploads/cat.png",
      "put outputs/preview/cat.png/small.png",
      "put outputs/preview/cat.png/tiny.webp",
      "head uploads/cat.png",
    ]);
  });

  it("stores each output before the next is made", async () => {
    const store = new MemoryStore().on("put", ({ key }) => void steps.push(`stored ${key}`));
    const steps: string[] = [];
    const transform = scripted({
      variants: ["a", "b"].map((name) => ({ name, format: "source" })),
      async *run(source) {
        for (const variant of ["a", "b"]) {
          const body = await source.image().toBuffer();
          steps.push(`made ${variant}`);
          yield { variant, body };
        }
      },
    });
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    await testWorker({ store, transform }).dispatch();

    expect(steps).toEqual(["made a", "stored preview/cat.png/a.png", "made b", "stored preview/cat.png/b.png"]);
  });

  it("gives a transform the configured options, its log and its signal", async () => {
    const { signal } = new AbortController();
    const lines: unknown[] = [];
    const log = { debug() {}, info: (...line: unknown[]) => void lines.push(line), warn() {} };
    const transform = scripted({
      async *run(source, context) {
        context.log.info("Drawing.", { sameSignal: context.signal === signal, options: context.options });
        yield { variant: "small", body: await source.image().toBuffer() };
      },
    });
    const { dispatch, store } = testWorker({ transform });
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    await dispatch({}, { signal, log });

    expect(lines).toEqual([["Drawing.", { sameSignal: true, options: {} }]]);
  });

  it("notes that only an animation's first frame was read, and why", async () => {
    const { dispatch, store } = testWorker({ settings: workerSettings({ limits: { sourceFrames: 2 } }) });
    store.set("uploads", "cat.webp", { body: await fixture("webp-animated") });

    const result = await dispatch({ key: "cat.webp" });

    expect(result).toMatchObject({
      status: "done",
      notes: ["Only the first of 3 frames was read, since the limit is 2 frames."],
    });
  });

  it("gives the results of one event the same id, and of two events another", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    const [first, again, later] = [
      await dispatch({ sequencer: "00A1" }),
      await dispatch({ sequencer: "00A1" }),
      await dispatch({ sequencer: "00A2" }),
    ];

    expect([again.id === first.id, later.id === first.id]).toEqual([true, false]);
  });
});
