import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTransforms } from "../../runtime/registry.ts";

const CONTRACT = JSON.stringify(import.meta.resolve("../../runtime/contract.ts"));

/** The text of a transform's file. */
function transformFile(summary: string): string {
  return `
    import { defineTransform, options } from ${CONTRACT};
    export default defineTransform({
      summary: ${JSON.stringify(summary)},
      accepts: ["image/png"],
      options: options({}),
      variants: () => [{ name: "small", format: "source" }],
      limits: { memoryMb: 512, timeoutSeconds: 10 },
      async *transform() {},
    });
  `;
}

describe("a folder of transforms", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "transforms-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("is read whole, in the order of the file names, which are the transforms' names", async () => {
    await writeFile(join(folder, "small-preview.ts"), transformFile("The second."));
    await writeFile(join(folder, "blur.ts"), transformFile("The first."));

    const registry = await readTransforms(folder);

    expect(registry.entries().map(({ name, transform }) => [name, transform.summary])).toEqual([
      ["blur", "The first."],
      ["small-preview", "The second."],
    ]);
  });

  it("is refused for a file that is no transform, by that file's name", async () => {
    await writeFile(join(folder, "blur.ts"), transformFile("No full stop"));

    await expect(readTransforms(folder)).rejects.toThrow(
      new TypeError(
        'transforms/blur.ts is not a transform. Expected summary to be one sentence that ends in a full stop, received "No full stop".',
      ),
    );
  });

  it("is refused for a file without a default export, by that file's name", async () => {
    await writeFile(join(folder, "blur.ts"), "export const blur = 1;");

    await expect(readTransforms(folder)).rejects.toThrow(
      new TypeError(
        "transforms/blur.ts is not a transform. Expected its default export to be a transform, received nothing.",
      ),
    );
  });

  it.each([
    ["throws", 'throw new Error("Out of paint.");', "Out of paint."],
    ["imports what is not there", 'import "./paint.ts";', "paint.ts"],
    ["is no TypeScript", "export default {", "blur.ts"],
  ])("is refused for a file that %s, by that file's name and the cause", async (_, text, cause) => {
    await writeFile(join(folder, "blur.ts"), text);

    const reading = readTransforms(folder);

    await expect(reading).rejects.toThrow(TypeError);
    await expect(reading).rejects.toThrow("transforms/blur.ts can't be loaded: ");
    await expect(reading).rejects.toThrow(cause);
  });

  it.each(["blur.js", "README.md", ".DS_Store"])("is refused for %s, by its name", async (file) => {
    await writeFile(join(folder, file), "");

    await expect(readTransforms(folder)).rejects.toThrow(
      new TypeError(`Expected only TypeScript files in transforms/, received ${file}.`),
    );
  });
});
