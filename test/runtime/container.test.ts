import { afterEach, describe, expect, it } from "vitest";
import { CONSUMER, compose, DISPATCHER, STORE } from "../../runtime/container.ts";
import type { Transform } from "../../runtime/contract.ts";
import { createHandler } from "../../runtime/handler.ts";
import { ALL_MEDIA_TYPES } from "../../runtime/media-type.ts";
import { Registry } from "../../runtime/registry.ts";
import { allowLoaders, openSource } from "../../runtime/source.ts";
import { silentLog } from "../support/contexts.ts";
import { fixture } from "../support/fixtures.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { preview } from "../support/test-transforms.ts";
import { shownOutputs } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

function composed(transform: Partial<Transform> = {}, settings = workerSettings()) {
  const registry = new Registry().register("preview", { ...preview, ...transform });
  return compose({ registry, sourceDigest: "source-1" }, { WORKER_SETTINGS: JSON.stringify(settings) });
}

/** Composes a worker over a store in memory, with one red upload, and dispatches that. */
async function dispatchRed(transform: Partial<Transform>) {
  const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });
  const parts = composed(transform).register(STORE, { useValue: store });
  const dispatch = { signal: new AbortController().signal, redelivered: false, log: silentLog };
  const result = await parts.resolve(DISPATCHER).dispatch({ bucket: "uploads", key: "cat.png" }, dispatch);
  return { result, store };
}

describe("the container", () => {
  afterEach(() => allowLoaders(ALL_MEDIA_TYPES));

  it("makes each part once", () => {
    const parts = composed();

    expect(parts.resolve(STORE)).toBe(parts.resolve(STORE));
  });

  it("shares no part with another worker's", () => {
    expect(composed().resolve(STORE)).not.toBe(composed().resolve(STORE));
  });

  it("takes another part for its own when a test brings one", async () => {
    const { result, store } = await dispatchRed({});

    expect([result.status, await shownOutputs(store)]).toEqual([
      "done",
      { "preview/cat.png/small.png": "red", "preview/cat.png/tiny.webp": "red" },
    ]);
  });

  it("lets no decoder be reached that the transform does not need", async () => {
    await dispatchRed({});

    await expect(openSource(await fixture("tiff"))).rejects.toMatchObject({ code: "SOURCE_CORRUPT" });
    await expect(openSource(await fixture("gif"))).rejects.toMatchObject({ code: "SOURCE_CORRUPT" });
  });

  it("leaves the decoders reachable by which outputs are checked, though no source is of their type", async () => {
    const { result } = await dispatchRed({ accepts: ["image/png"] });

    expect(result).toMatchObject({
      status: "done",
      outputs: [{ mediaType: "image/png" }, { mediaType: "image/webp" }],
    });
  });

  it.each<[string, ReturnType<typeof workerSettings>, string]>([
    [
      "options that its transform refuses",
      workerSettings({ options: { side: 65 } }),
      "Expected an integer from 1 to 64 for preview.side, received 65.",
    ],
    [
      "a transform that is not in the bundle",
      workerSettings({ transform: "blur" }),
      "Expected a transform of preview, received blur.",
    ],
  ])("refuses %s before the first message", (_, settings, message) => {
    expect(() => composed({}, settings).resolve(CONSUMER)).toThrow(new TypeError(message));
  });
});

describe("a worker's handler without settings", () => {
  it("says at once which environment variable it expects", () => {
    const bundle = { name: "preview", transform: preview as Transform, sourceDigest: "source-1" };

    expect(() => createHandler(bundle)).toThrow(
      "Expected the worker's settings as JSON in the environment variable WORKER_SETTINGS, received nothing.",
    );
  });
});
