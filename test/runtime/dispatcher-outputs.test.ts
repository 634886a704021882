import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makerOf } from "../../runtime/makers.ts";
import { eTagOf } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { scripted } from "../support/test-transforms.ts";
import { testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

/** SHA-256 of `cats/tom.png`. */
const KEY_HASH = "ce76c6b720a73f8af09cd7ed67d136cea6597ff59934708030921a9adc75ee84";

describe("the dispatcher", () => {
  it("stores each output with its type, caching, class, tags, source and work", async () => {
    const settings = workerSettings({ outputObjects: { storageClass: "ONEZONE_IA", tags: { team: "web" } } });
    const { dispatch, store } = testWorker({ digest: "digest-1", settings });
    const body = await plainImage("red");
    store.set("uploads", "cats/tom.png", { body });

    await dispatch({ key: "cats/tom.png" });

    expect(store.get("outputs", "preview/cats/tom.png/tiny.webp")).toEqual({
      body: expect.any(Buffer),
      contentType: "image/webp",
      cacheControl: "public, max-age=60",
      storageClass: "ONEZONE_IA",
      tags: { team: "web" },
      metadata: {
        "source-etag": eTagOf(body),
        "source-key-sha256": KEY_HASH,
        transform: "preview",
        makers: makerOf(workerSettings()),
        digest: "digest-1",
      },
    });
  });

  it("stores a document under its type's extension, and finds it again", async () => {
    const variants = [{ name: "facts", format: "application/json" }] as const;
    const transform = scripted({
      variants,
      run: async function* () {
        yield { variant: "facts", body: Buffer.from("{}") };
      },
    });
    const { dispatch, store } = testWorker({ transform });
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    const made = await dispatch();
    const found = await dispatch({}, { redelivered: true });

    const outputs = [{ variant: "facts", key: "preview/cat.png/facts.json", mediaType: "application/json", bytes: 2 }];
    expect(made).toMatchObject({ status: "done", outputs, unchanged: false });
    expect(found).toMatchObject({ status: "done", outputs, unchanged: true });
    expect(store.get("outputs", "preview/cat.png/facts.json")).toMatchObject({ contentType: "application/json" });
  });

  it("makes outputs as large as the options say", async () => {
    const { dispatch, store } = testWorker({ settings: workerSettings({ options: { side: 7 } }) });
    store.set("uploads", "cat.png", { body: await plainImage("red") });

    await dispatch();

    const { width, height } = await sharp(store.get("outputs", "preview/cat.png/small.png")?.body).metadata();
    expect([width, height]).toEqual([7, 7]);
  });

  it("lays outputs where the stack's template says", async () => {
    const settings = workerSettings({ outputKey: "{variant}/{dir}{base}{ext}", outputsBucket: "elsewhere" });
    const { dispatch, store } = testWorker({ settings });
    store.set("uploads", "cats/tom.png", { body: await plainImage("red") });

    const result = await dispatch({ key: "cats/tom.png" });

    expect(store.keys("elsewhere")).toEqual(["small/cats/tom.png", "tiny/cats/tom.webp"]);
    expect(result.outputsBucket).toBe("elsewhere");
  });

  it("tells sources by their bytes, whatever their name", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.txt", { body: await plainImage("red", "jpeg") });

    const result = await dispatch({ key: "cat.txt" });

    expect(result).toMatchObject({
      status: "done",
      outputs: [{ mediaType: "image/jpeg" }, { mediaType: "image/webp" }],
    });
  });

  it("keeps an upload's metadata to itself unless it is to be copied", async () => {
    const { dispatch, store } = testWorker();
    store.set("uploads", "cat.png", { body: await plainImage("red"), metadata: { title: "Tom" } });

    const result = await dispatch();

    expect(result).toMatchObject({ status: "done", notes: [] });
    expect(Object.keys(store.get("outputs", "preview/cat.png/small.png")?.metadata ?? {})).toEqual([
      ...["source-etag", "source-key-sha256", "transform", "makers", "digest"],
    ]);
  });

  it("copies an upload's metadata beside its own, and says what it left out", async () => {
    const { dispatch, store } = testWorker({ settings: workerSettings({ outputObjects: { copyMetadata: true } }) });
    const metadata = { title: "Tom", transform: "mine", huge: "x".repeat(2_000) };
    store.set("uploads", "cat.png", { body: await plainImage("red"), metadata });

    const result = await dispatch();

    expect(result).toMatchObject({
      status: "done",
      notes: [
        "User metadata was not copied, since outputs have their own: transform.",
        "User metadata was not copied, since an object takes 2048 bytes of it: huge.",
      ],
    });
    expect(store.get("outputs", "preview/cat.png/small.png")?.metadata).toEqual({
      title: "Tom",
      "source-etag": expect.any(String),
      "source-key-sha256": expect.any(String),
      transform: "preview",
      makers: makerOf(workerSettings()),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
