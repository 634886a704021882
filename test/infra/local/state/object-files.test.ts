import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type MachineState, openState, StateInUseError } from "../../../../infra/local/state/machine-state.ts";
import { hashedPath, plainPath } from "../../../../infra/local/state/object-path.ts";

let folder: string;
let state: MachineState;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
  state = openState(folder);
});
afterEach(async () => {
  state.close();
  await rm(folder, { recursive: true });
});

async function write(key: string): Promise<void> {
  await state.objects.write(
    { bucket: "b", key, eTag: "", lastModified: 0, headers: {}, partSizes: [] },
    Buffer.from(`of ${key}`),
  );
}

const read = async (key: string) => (await state.objects.read({ bucket: "b", key }))?.toString();

const filesOf = async () => {
  const entries = await readdir(join(folder, "buckets/b"), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "buckets/b/").length).replaceAll("\\", "/"))
    .sort();
};

describe("plainPath", () => {
  it.each(["tom.jpg", "cats/tom.jpg", "été 2026/a+b (1) 100%.png", ".hidden", "..a", "a..b/c"])(
    "is the key %s",
    (key) => {
      expect(plainPath(key)).toBe(key);
    },
  );

  it.each([
    ["leaves the folder", "../a"],
    ["leaves it later", "a/../../b"],
    ["is absolute", "/a"],
    ["has an empty part", "a//b"],
    ["ends in a slash", "a/"],
    ["is the folder itself", "."],
    ["has a name that is too long", "n".repeat(201)],
    ["is too long itself", "a/".repeat(500).concat("a")],
    ["has a name that Windows reserves", "a/NUL.txt"],
    ["ends as no name does on Windows", "a./b"],
    ["has a character that paths can't have", "a\u0000b"],
    ["separates as Windows does", "a\\..\\b"],
    ["lies where hashed names do", ".HASHED/a"],
  ])("is none if the key %s", (_, key) => {
    expect(plainPath(key)).toBeUndefined();
  });
});

describe("object files", () => {
  it.each([
    ["the same letters in another case", "Cats/Tom.jpg", "cats/tom.jpg"],
    ["the same letters composed otherwise", "\u00e9.jpg", "e\u0301.jpg"],
    ["a folder of another's name", "a/b/c", "a/b"],
    ["a file where another needs a folder", "a", "a/b/c"],
  ])("have each their own file despite %s", async (_, first, second) => {
    await write(first);
    await write(second);

    expect(await filesOf()).toEqual([first, hashedPath(second)].sort());
    expect([await read(first), await read(second)]).toEqual([`of ${first}`, `of ${second}`]);
  });

  it("have each their own file when they are written at once", async () => {
    const keys = ["a", "A", "a/b", "a/B", "a/b/c"];

    await Promise.all(keys.map(write));

    for (const key of keys) expect(await read(key)).toBe(`of ${key}`);
    expect(await filesOf()).toHaveLength(keys.length);
    expect(await readdir(join(folder, "drafts"))).toEqual([]);
  });

  it("keep their file when they are overwritten, and lose it when they are removed", async () => {
    await write("a/b");
    await write("a/b");
    await write("c");
    await state.objects.remove({ bucket: "b", key: "a/b" });

    expect(await filesOf()).toEqual(["c"]);
    expect(state.objects.list("b").map(({ key }) => key)).toEqual(["c"]);
  });
});

describe("openState", () => {
  it("refuses what another has open, until that ends", async () => {
    expect(() => openState(folder)).toThrow(StateInUseError);

    state.close();
    state = openState(folder);

    expect(state.objects.list("b")).toEqual([]);
  });
});
