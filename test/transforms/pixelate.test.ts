import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../runtime/options.ts";
import pixelate from "../../transforms/pixelate.ts";
import { enlarged } from "../support/cells.ts";
import { CORNERS, cornersOf, FIXTURES, type FixtureName, fixture, fixturesWith } from "../support/fixtures.ts";
import { largestDifference } from "../support/pixels.ts";
import { decodePicture, outlineOf, outputsOf, pictureOf, picturesOf } from "../support/run.ts";

const EVERY_FORMAT = [
  ...(["jpeg", "png", "webp", "gif", "avif", "tiff", "png-16-bit", "png-palette", "jpeg-cmyk"] as const),
  ...(["gif-animated", "gif-partial-frames", "webp-animated", "jpeg-1x1", "gif-1x300", "webp-3000x2"] as const),
] as const satisfies FixtureName[];

const LOSSLESS = [
  ...(["png", "png-alpha", "png-palette", "png-16-bit", "png-grey", "png-orientation-6"] as const),
  ...(["png-1x1", "png-1x300", "png-3000x2", "tiff", "tiff-alpha", "tiff-1x300"] as const),
  ...(["gif", "gif-alpha", "gif-1x1", "gif-3000x2"] as const),
  ...(["gif-animated", "gif-animated-alpha", "gif-partial-frames"] as const),
] as const satisfies FixtureName[];

describe("pixelate", () => {
  it.each(EVERY_FORMAT)("draws %s in five grids of its own size, format, delays and loop", async (name) => {
    const { mediaType, width, height, frames, delays, loop } = FIXTURES[name];

    const pictures = await picturesOf(pixelate, await fixture(name));

    expect([...pictures.keys()]).toEqual(["8x8", "16x16", "32x32", "48x48", "64x64"]);
    for (const picture of pictures.values())
      expect(outlineOf(picture)).toMatchObject({ mediaType, width, height, frames, delays, loop });
  });

  it.each(LOSSLESS)("gives every cell of %s one colour", async (name) => {
    const pictures = await picturesOf(pixelate, await fixture(name));

    const uneven = [...pictures].map(([variant, picture]) =>
      largestDifference(picture, enlarged(picture, Number.parseInt(variant, 10))),
    );
    expect(uneven).toEqual([0, 0, 0, 0, 0]);
  });

  it.each([1, 3, 7, 50, 96, 512])("takes %i cells a side, or as many as there are pixels", async (count) => {
    const pictures = await picturesOf(pixelate, await fixture("png"), { cells: [count] });

    expect([...pictures.keys()]).toEqual([`${count}x${count}`]);
    for (const picture of pictures.values()) expect(largestDifference(picture, enlarged(picture, count))).toBe(0);
  });

  it.each(["png", "png-1x1", "tiff", "tiff-alpha", "gif-1x1"] as const)(
    "leaves %s as it is if there are as many cells as pixels",
    async (name) => {
      const source = await fixture(name);

      const picture = await pictureOf(pixelate, source, { cells: [96] });

      expect(largestDifference(picture, await decodePicture(source))).toBe(0);
    },
  );

  it("makes JPEGs of the same pixels smaller if asked to optimize", async () => {
    const source = await fixture("jpeg");
    const plain = await outputsOf(pixelate, source);

    const optimized = await outputsOf(pixelate, source, { optimize: true });

    for (const [variant, body] of optimized) {
      const other = plain.get(variant) ?? Buffer.alloc(0);
      expect(body.length).toBeLessThan(other.length);
      expect(largestDifference(await decodePicture(body), await decodePicture(other))).toBe(0);
    }
  });

  it("draws each image as if it were the only one, after others and beside them", async () => {
    const sources = await Promise.all(
      (["png-3000x2", "png", "tiff", "png-alpha", "gif", "png-1x1"] as const).map(fixture),
    );
    // Hashes, since buffers that differ take a test minutes to show.
    const hashesOf = async (source: Buffer) =>
      [...(await outputsOf(pixelate, source)).values()].map((body) => hash("sha256", body));
    const alone: string[][] = [];
    for (const source of sources) alone.push(await hashesOf(source));

    const together = await Promise.all([...sources, ...sources].map(hashesOf));

    expect(together).toEqual([...alone, ...alone]);
  });

  it.each(fixturesWith("oriented"))("draws %s upright", async (name) => {
    const { width, height } = FIXTURES[name];

    for (const body of (await outputsOf(pixelate, await fixture(name))).values()) {
      expect(outlineOf(await decodePicture(body))).toMatchObject({ width, height, privateBlocks: [] });
      expect(await cornersOf(body)).toEqual(CORNERS);
    }
  });

  it.each([
    {
      options: { cells: [8, 8] },
      of: "a list of 1 to 16 different items, each an integer from 1 to 512 for pixelate.cells",
    },
    { options: { cells: [8, 513] }, of: "an integer from 1 to 512 for pixelate.cells.1" },
    { options: { optimize: "yes" }, of: "true or false for pixelate.optimize" },
  ])("refuses $options", ({ options, of }) => {
    expect(() => readOptions(pixelate.options, options, "pixelate")).toThrow(`Expected ${of}, received `);
  });
});
