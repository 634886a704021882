import { describe, expect, it } from "vitest";
import { readOptions } from "../../runtime/options.ts";
import resize from "../../transforms/resize.ts";
import {
  CORNERS,
  cornersOf,
  drawScene,
  encoder,
  FIXTURES,
  type FixtureName,
  fixture,
  fixturesWith,
} from "../support/fixtures.ts";
import { largestDifference, meanDifference } from "../support/pixels.ts";
import { decodePicture, outlineOf, outputOf, outputsOf, pictureOf } from "../support/run.ts";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const satisfies FixtureName[];

describe("resize", () => {
  it.each([
    { source: [3000, 2], output: [1600, 1] },
    { source: [2, 2000], output: [2, 1600] },
    { source: [1601, 100], output: [1600, 100] },
    { source: [1600, 30], output: [1600, 30] },
  ] as const)("fits $source into 1600 x 1600 as $output", async ({ source: [width, height], output }) => {
    const source = await encoder(drawScene({ width, height })).png().toBuffer();

    const picture = await pictureOf(resize, source);

    expect([picture.width, picture.height]).toEqual(output);
  });

  it.each([
    { options: { width: 48 }, output: [48, 32] },
    { options: { height: 48 }, output: [72, 48] },
    { options: { width: 50, height: 50 }, output: [50, 33] },
    { options: { width: 8192, height: 8192 }, output: [96, 64] },
  ])("fits the box of $options without enlarging", async ({ options, output }) => {
    const picture = await pictureOf(resize, await fixture("png"), options);

    expect([picture.width, picture.height]).toEqual(output);
  });

  it.each(FORMATS)("keeps the format and the look of %s", async (name) => {
    const outputs = await outputsOf(resize, await fixture(name), { width: 48 });

    expect([...outputs.keys()]).toEqual(["fit"]);
    const fit = outputs.get("fit") ?? Buffer.alloc(0);
    expect(outlineOf(await decodePicture(fit))).toMatchObject({
      mediaType: FIXTURES[name].mediaType,
      width: 48,
      height: 32,
    });
    expect(await cornersOf(fit)).toEqual(CORNERS);
  });

  it.each(["jpeg", "webp", "avif"] as const)("makes %s smaller by a lower quality", async (name) => {
    const source = await fixture(name);

    const sizes = [20, 50, 80, 100].map(async (quality) => (await outputOf(resize, source, { quality })).length);

    const bytes = await Promise.all(sizes);
    expect(bytes).toEqual([...new Set(bytes)].sort((one, other) => one - other));
  });

  it.each(["png", "gif", "tiff", "png-alpha", "png-palette", "gif-animated"] as const)(
    "gives %s the same bytes at any quality",
    async (name) => {
      const source = await fixture(name);

      const low = await outputOf(resize, source, { quality: 1, width: 48 });

      expect(low.equals(await outputOf(resize, source, { quality: 100, width: 48 }))).toBe(true);
    },
  );

  it.each([
    ...(["png", "png-alpha", "png-palette", "png-grey", "png-interlaced", "png-16-bit"] as const),
    ...(["tiff", "tiff-alpha", "tiff-orientation-6"] as const),
  ])("leaves every pixel of %s as it is at its own size", async (name) => {
    const source = await fixture(name);

    const picture = await pictureOf(resize, source);

    expect(largestDifference(picture, await decodePicture(source))).toBe(0);
  });

  it.each(["gif", "gif-alpha", "gif-animated", "gif-partial-frames"] as const)(
    "leaves %s nearly as it is at its own size",
    async (name) => {
      const source = await fixture(name);

      const picture = await pictureOf(resize, source);

      expect(meanDifference(picture, await decodePicture(source))).toBeLessThan(1);
    },
  );

  it("reads the first page of a TIFF, without loss", async () => {
    const picture = await pictureOf(resize, await fixture("tiff-pages"));

    expect(largestDifference(picture, await decodePicture(await fixture("tiff")))).toBe(0);
  });

  it.each(fixturesWith("animated"))("keeps the frames, delays and loop of %s", async (name) => {
    const { mediaType, frames, delays, loop } = FIXTURES[name];

    const picture = await pictureOf(resize, await fixture(name), { width: 48 });

    expect(outlineOf(picture)).toMatchObject({ mediaType, width: 48, height: 32, frames, delays, loop });
  });

  it.each(fixturesWith("oriented"))("turns %s upright", async (name) => {
    const output = await outputOf(resize, await fixture(name), { width: 48 });

    expect(outlineOf(await decodePicture(output))).toMatchObject({ width: 48, height: 32, privateBlocks: [] });
    expect(await cornersOf(output)).toEqual(CORNERS);
  });

  it.each([
    { options: { width: 8193 }, error: "Expected an integer from 1 to 8192 for resize.width, received 8193." },
    { options: { height: -1 }, error: "Expected an integer from 1 to 8192 for resize.height, received -1." },
    { options: { quality: 101 }, error: "Expected an integer from 1 to 100 for resize.quality, received 101." },
  ])("refuses $options", ({ options, error }) => {
    expect(() => readOptions(resize.options, options, "resize")).toThrow(new TypeError(error));
  });
});
