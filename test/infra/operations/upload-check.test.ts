import { describe, expect, it } from "vitest";
import { UploadCheck } from "../../../infra/operations/upload-check.ts";
import type { WorkerSettings } from "../../../runtime/settings.ts";
import { eTagOf, MemoryStore } from "../../support/memory-store.ts";
import { operatedWorker } from "../../support/operated-stack.ts";
import { plainImage } from "../../support/plain-images.ts";
import { preview } from "../../support/test-transforms.ts";
import { testWorker } from "../../support/test-worker.ts";
import { workerSettings } from "../../support/worker-settings.ts";

const VARIANTS = preview.variants({ side: 4 });
const SMALL = "preview/cat.png/small.png";

interface Made {
  readonly settings?: WorkerSettings;
  /** Of the worker that looks, while `digest-1` made the outputs. */
  readonly digest?: string;
  readonly metadata?: Record<string, string>;
}

/** An upload whose outputs a worker has made, and what is said of it. */
async function made({ settings = workerSettings(), digest = "digest-1", metadata = {} }: Made = {}) {
  const body = await plainImage("red");
  const store = new MemoryStore().set("uploads", "cat.png", { body, metadata });
  await testWorker({ store, settings, digest: "digest-1" }).dispatch();
  store.calls.length = 0;
  const check = new UploadCheck(operatedWorker({ settings, digest, variants: VARIANTS }), store);
  const upload = { bucket: "uploads", key: "cat.png", eTag: eTagOf(body), size: body.length };
  return { store, check, upload };
}

describe("an upload's outputs", () => {
  it("are current as the dispatcher wrote them, which a look at each of them tells", async () => {
    const { store, check, upload } = await made();

    expect(await check.isCurrent(upload)).toBe(true);
    expect(store.calls).toEqual([`head outputs/${SMALL}`, "head outputs/preview/cat.png/tiny.webp"]);
  });

  it("are not current once one is missing, and the others are not looked at", async () => {
    const { store, check, upload } = await made();
    store.delete("outputs", SMALL);

    expect(await check.isCurrent(upload)).toBe(false);
    expect(store.calls).toEqual([`head outputs/${SMALL}`]);
  });

  it("are not current for other bytes, or for other work", async () => {
    const { check, upload } = await made();
    const other = await made({ digest: "digest-2" });

    expect(await check.isCurrent({ ...upload, eTag: "another" })).toBe(false);
    expect(await other.check.isCurrent(other.upload)).toBe(false);
  });

  it("are not current for other metadata, where that is copied", async () => {
    const settings = workerSettings({ outputObjects: { copyMetadata: true } });
    const { store, check, upload } = await made({ settings, metadata: { author: "Ann" } });

    const before = await check.isCurrent(upload);
    store.set("uploads", "cat.png", { body: await plainImage("red"), metadata: { author: "Bob" } });

    expect([before, await check.isCurrent(upload)]).toEqual([true, false]);
  });
});

describe("an upload", () => {
  it.each<[string, Partial<WorkerSettings>, boolean, string, boolean]>([
    ["of an accepted type's name", {}, false, "cats/TOM.PNG", true],
    ["of another name", {}, false, "cats/tom", false],
    ["of another name that is sniffed", {}, true, "cats/tom", true],
    ["of a configured ending", { selection: selection({ suffixes: [".raw"] }) }, false, "tom.RAW", true],
    [
      "of an accepted type, but no configured ending",
      { selection: selection({ suffixes: [".raw"] }) },
      false,
      "t.png",
      false,
    ],
    [
      "of any name with a configured prefix",
      { selection: selection({ prefix: "avatars/" }) },
      false,
      "avatars/1",
      true,
    ],
    ["of another prefix", { selection: selection({ prefix: "avatars/" }) }, false, "cats/tom.png", false],
    ["that is excluded", { selection: selection({ exclude: ["cats/**"] }) }, false, "cats/tom.png", false],
    ["outside the prefix of all uploads", { uploadsPrefix: "in/" }, false, "tom.png", false],
    ["below the prefix of all uploads", { uploadsPrefix: "in/" }, false, "in/tom.png", true],
    ["that is a folder marker", {}, true, "cats/", false],
  ])("%s", (_, settings, sniffAll, key, isSelected) => {
    const worker = operatedWorker({ settings: workerSettings(settings), sniffAll });

    const check = new UploadCheck(worker, new MemoryStore());

    expect(check.isSelected({ key })).toBe(isSelected);
  });
});

function selection(given: Partial<WorkerSettings["selection"]>): WorkerSettings["selection"] {
  return { prefix: "", suffixes: [], include: [], exclude: [], ...given };
}
