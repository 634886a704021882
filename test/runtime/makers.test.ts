import { describe, expect, it } from "vitest";
import type { WorkerSettings } from "../../runtime/settings.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";

/** Outputs have the keys of their uploads, so that what is copied back takes their place. */
const SAME_KEY = { outputKey: "{key}", flatten: true };

/**
 * Hands events to workers until there are none, and puts a copy of each new output, metadata included, among the uploads of
 * another bucket, as S3's replication does.
 * @returns what became of each event, in order
 */
async function settle(
  store: MemoryStore,
  workers: readonly WorkerSettings[],
  copies: Readonly<Record<string, string>>,
): Promise<string[]> {
  const events = store.keys("uploads").map((key) => ({ bucket: "uploads", key }));
  const ends: string[] = [];
  for (let event = events.shift(); event; event = events.shift()) {
    if (ends.length > 100) throw new Error("Expected an end.");
    const { bucket, key } = event;
    for (const settings of workers.filter(({ uploadsBucket }) => uploadsBucket === bucket)) {
      const result = await testWorker({ store, settings }).dispatch({ bucket, key });
      ends.push([settings.worker, key, result.status, ...("code" in result ? [result.code] : [])].join(" "));
      if (result.status !== "done") continue;
      const to = copies[settings.outputsBucket];
      for (const { key: outputKey } of to === undefined ? [] : result.outputs) {
        const output = store.get(settings.outputsBucket, outputKey);
        if (to !== undefined && output) store.set(to, outputKey, output);
        events.push({ bucket: to ?? "", key: outputKey });
      }
    }
  }
  return ends;
}

const uploads = async () => new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") });

describe("a worker whose outputs are copied to its uploads", () => {
  it("does nothing with them", async () => {
    const ends = await settle(await uploads(), [workerSettings()], { outputs: "uploads" });

    expect(ends).toEqual([
      "preview cat.png done",
      "preview preview/cat.png/small.png skipped OUTPUT_AS_UPLOAD",
      "preview preview/cat.png/tiny.webp skipped OUTPUT_AS_UPLOAD",
    ]);
  });

  it("leaves its outputs where they are, though a copy took the place of their source", async () => {
    const store = await uploads();

    const ends = await settle(store, [workerSettings(SAME_KEY)], { outputs: "uploads" });

    expect(ends.slice(1)).toEqual(Array(2).fill("preview cat.png skipped OUTPUT_AS_UPLOAD"));
    expect(store.keys("outputs")).toEqual(["cat.png"]);
  });
});

describe("workers that get each other's outputs", () => {
  const two = (["preview", "poster"] as const).map((worker) => workerSettings({ worker }));

  it("work on each once, and so come to an end", async () => {
    const ends = await settle(await uploads(), two, { outputs: "uploads" });

    const done = ends.filter((end) => end.includes(" done"));
    expect(done.map((end) => end.replace("done", "").trim()).sort()).toEqual(
      [
        "preview cat.png",
        "poster cat.png",
        ...["small.png", "tiny.webp"].flatMap((name) => [
          `poster preview/cat.png/${name}`,
          `preview poster/cat.png/${name}`,
        ]),
      ].sort(),
    );
  });

  it("come to an end in two stacks whose buckets cross, though their names are the same", async () => {
    const there = workerSettings({ outputsBucket: "outputs" });
    const back = workerSettings({ uploadsBucket: "others", outputsBucket: "more" });

    const ends = await settle(await uploads(), [there, back], { outputs: "others", more: "uploads" });

    expect(ends.filter((end) => end.includes(" done"))).toHaveLength(3);
    expect(ends.filter((end) => end.includes("OUTPUT_AS_UPLOAD"))).toHaveLength(4);
  });
});

describe("outputs of what another worker made", () => {
  it("are found again by who knows the source from a listing alone", async () => {
    const source = { body: await plainImage("red"), metadata: { makers: "0123456789ab" } };
    const store = new MemoryStore().set("uploads", "cat.png", source);
    await testWorker({ store }).dispatch();
    store.set("uploads", "cat.png", { body: source.body });

    const result = await testWorker({ store }).dispatch({}, { redelivered: true });

    expect(result).toMatchObject({ status: "done", unchanged: true });
  });
});

describe("an upload", () => {
  it.each(["Tom Ann", "", "0123456789ab,0123456789ab", Array(65).fill("0123456789ab").join(" ")])(
    "is no output because its own metadata has such a name: %s",
    async (makers) => {
      const metadata = { makers, transform: "preview" };
      const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red"), metadata });

      const result = await testWorker({ store }).dispatch();

      const { makers: own } = store.get("outputs", "preview/cat.png/small.png")?.metadata ?? {};
      expect([result.status, own]).toEqual(["done", expect.stringMatching(/^[0-9a-f]{12}$/)]);
    },
  );

  it("is worked on by no more workers than its metadata can name", async () => {
    const metadata = { makers: Array(64).fill("0123456789ab").join(" ") };
    const store = new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red"), metadata });

    const result = await testWorker({ store }).dispatch();

    expect(result).toMatchObject({ status: "skipped", code: "OUTPUT_AS_UPLOAD" });
  });
});
