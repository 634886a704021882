import { describe, expect, it } from "vitest";
import type { Upload } from "../../runtime/event.ts";
import { fixture } from "../support/fixtures.ts";
import { MemoryStore, type StoredObject } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { scripted } from "../support/test-transforms.ts";
import { testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

const SMALL = workerSettings({ limits: { sourceBytes: 1_000, sourcePixels: 10_000 } });

interface Failure {
  readonly what: string;
  readonly upload: () => Promise<StoredObject>;
  readonly event?: Partial<Upload>;
  readonly code: string;
  readonly message: string | RegExp;
}

const FAILURES: Failure[] = [
  {
    what: "too many bytes by its event",
    upload: async () => ({ body: Buffer.alloc(1_001) }),
    event: { size: 1_001 },
    code: "SOURCE_TOO_MANY_BYTES",
    message: "Expected a source of at most 1000 bytes, received 1001.",
  },
  {
    what: "too many bytes, which its event does not say",
    upload: async () => ({ body: Buffer.alloc(1_001) }),
    code: "SOURCE_TOO_MANY_BYTES",
    message: "Expected a source of at most 1000 bytes, received 1001.",
  },
  {
    what: "too many pixels",
    upload: async () => ({ body: (await fixture("png-forged-size")).subarray(0, 1_000) }),
    code: "SOURCE_TOO_MANY_PIXELS",
    message: "Expected a source of at most 10000 pixels, received 65000 x 65000.",
  },
  {
    what: "bytes that do not decode",
    upload: async () => ({ body: (await fixture("jpeg-truncated")).subarray(0, 1_000) }),
    code: "SOURCE_CORRUPT",
    message: /^Expected bytes that decode as image\/jpeg, received: \S/,
  },
  {
    what: "a coding over its bytes",
    upload: async () => ({ body: await plainImage("blue"), contentEncoding: "gzip" }),
    code: "SOURCE_ENCODED",
    message: "Expected an image's own bytes, received Content-Encoding gzip.",
  },
];

describe("the dispatcher", () => {
  it.each(FAILURES)("fails for a source with $what", async ({ upload, event, code, message }) => {
    const { dispatch, store } = testWorker({ settings: SMALL });
    store.set("uploads", "cat.png", await upload());

    const result = await dispatch(event);

    expect(result).toMatchObject({
      status: "failed",
      code,
      message: message instanceof RegExp ? expect.stringMatching(message) : message,
    });
  });

  it.each(FAILURES)("leaves no output of an older source than one with $what", async ({ upload, event }) => {
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
    const { dispatch } = testWorker({ store, settings: SMALL });
    await dispatch();
    store.set("uploads", "cat.png", await upload());

    const result = await dispatch(event);

    expect([result.status, store.keys("outputs")]).toEqual(["failed", []]);
  });

  it("keeps the outputs that a failed run made of the same source", async () => {
    const transform = scripted({
      variants: ["a", "b"].map((name) => ({ name, format: "source" })),
      async *run(source) {
        yield { variant: "a", body: await source.image().toBuffer() };
        throw new Error("Out of paint.");
      },
    });
    const { dispatch, store } = testWorker({ transform });
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    const result = await dispatch();

    expect(result).toMatchObject({
      status: "failed",
      code: "TRANSFORM_FAILED",
      message: "Expected outputs, received an error: Out of paint.",
    });
    expect(store.keys("outputs")).toEqual(["preview/cat.png/a.png"]);
  });

  it("fails for an output key that S3 would refuse, before it decodes anything", async () => {
    const key = `${"ü".repeat(510)}.png`;
    const { dispatch, store } = testWorker();
    store.set("uploads", key, { body: await plainImage("red") });

    const result = await dispatch({ key });

    expect(result).toMatchObject({
      status: "failed",
      code: "OUTPUT_KEY_TOO_LONG",
      message: `Expected output keys of at most 1024 bytes, received ${Buffer.byteLength(`preview/${key}/small.png`)}.`,
    });
    expect(store.calls).toEqual([`open uploads/${key}`, `head uploads/${key}`]);
  });
});
