import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileDigests, keptBundle } from "../../infra/kept-bundle.ts";

let folder: string;
let source: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kept-bundle-"));
  await mkdir(join(folder, "bundle"));
  source = join(folder, "source.ts");
  await save(source, "one");
});
afterEach(() => rm(folder, { recursive: true }));

/** As of some time ago: whoever saves a file does not bundle it in the same millisecond. */
async function save(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  const before = new Date(Date.now() - 1000);
  await utimes(file, before, before);
}

const make = vi.fn(async () => ({
  contents: Buffer.from("bundle"),
  inputs: [source],
  transformSource: "digest",
}));

/** Whether it was made anew. */
async function isMade(key = "key"): Promise<boolean> {
  make.mockClear();
  const files = { bundle: join(folder, "bundle/index.cjs"), record: join(folder, "bundle.json") };
  const { transformSource } = await keptBundle(files, key, new FileDigests(), make);
  expect([await readFile(files.bundle, "utf8"), transformSource]).toEqual(["bundle", "digest"]);
  return make.mock.calls.length > 0;
}

describe("a bundle that is kept", () => {
  it("is made once, while nothing changes", async () => {
    expect([await isMade(), await isMade(), await isMade()]).toEqual([true, false, false]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a source has another text", () => save(source, "two")],
    ["the bundle is another than was made", () => save(join(folder, "bundle/index.cjs"), "damaged")],
    ["the record can't be read", () => save(join(folder, "bundle.json"), "{")],
  ])("is made anew if %s", async (_, change) => {
    await isMade();
    await change();

    expect(await isMade()).toBe(true);
  });

  it("is made anew if a source is gone", async () => {
    await isMade();
    const other = join(folder, "other.ts");
    await rename(source, other);
    source = other;

    expect(await isMade()).toBe(true);
  });

  it("is made anew by another bundler", async () => {
    await isMade("one");

    expect(await isMade("two")).toBe(true);
  });

  it("is whole, and alone in its place, if several want it at the same time", async () => {
    expect(await Promise.all([isMade(), isMade(), isMade()])).toContain(true);

    expect((await readdir(folder)).sort()).toEqual(["bundle", "bundle.json", "source.ts"]);
    expect(await isMade()).toBe(false);
  });

  it("leaves nothing behind if it can't be put into its place", async () => {
    await mkdir(join(folder, "bundle/index.cjs"));

    await expect(isMade()).rejects.toThrow(/EISDIR/);

    expect(await readdir(folder)).toEqual(["bundle", "source.ts"]);
  });

  it("is made anew if a source was saved while it was made", async () => {
    make.mockImplementationOnce(async () => {
      const soon = new Date(Date.now() + 1000);
      await utimes(source, soon, soon);
      return { contents: Buffer.from("bundle"), inputs: [source], transformSource: "digest" };
    });

    expect([await isMade(), await isMade()]).toEqual([true, true]);
  });
});
