import { describe, expect, it } from "vitest";
import type { QuarterTurn } from "../../runtime/contract.ts";
import { readOptions } from "../../runtime/options.ts";
import rotate from "../../transforms/rotate.ts";
import { FIXTURES, type FixtureName, fixture, fixturesWith } from "../support/fixtures.ts";
import { largestDifference, meanDifference, paint, pixelAt } from "../support/pixels.ts";
import { decodePicture, outlineOf, outputsOf, type Picture, picturesOf } from "../support/run.ts";

const DIRECTIONS = ["clockwise", "counterclockwise"] as const satisfies QuarterTurn[];

const LOSSLESS = [
  ...(["png", "png-alpha", "png-palette", "png-grey", "png-interlaced", "png-16-bit"] as const),
  ...(["png-orientation-6", "png-1x1", "png-1x300", "png-3000x2"] as const),
  ...(["tiff", "tiff-alpha", "tiff-orientation-6", "tiff-1x300"] as const),
  ...(["gif", "gif-alpha", "gif-interlaced", "gif-comment", "gif-1x1", "gif-1x300", "gif-3000x2"] as const),
  ...(["gif-animated", "gif-animated-alpha", "gif-partial-frames"] as const),
] as const satisfies FixtureName[];

const LOSSY = [
  ...(["jpeg", "jpeg-progressive", "jpeg-grey", "jpeg-1x300", "jpeg-3000x2"] as const),
  ...(["webp", "webp-alpha", "webp-1x300", "webp-animated", "webp-animated-alpha"] as const),
  ...(["avif", "avif-alpha", "avif-1x300"] as const),
] as const satisfies FixtureName[];

describe("rotate", () => {
  it("yields both directions", async () => {
    const outputs = await outputsOf(rotate, await fixture("jpeg"));

    expect([...outputs.keys()]).toEqual(DIRECTIONS);
  });

  it.each([
    { directions: ["clockwise"] },
    { directions: ["counterclockwise"] },
    { directions: ["counterclockwise", "clockwise"] },
  ])("yields $directions alone when so configured", async ({ directions }) => {
    const source = await fixture("gif-animated");
    const all = await outputsOf(rotate, source);

    const outputs = await outputsOf(rotate, source, { directions });

    expect([...outputs]).toEqual(directions.map((direction) => [direction, all.get(direction)]));
  });

  describe.each(DIRECTIONS)("%s", (direction) => {
    it.each(LOSSLESS)("turns %s pixel by pixel, frame by frame", async (name) => {
      const source = await decodePicture(await fixture(name));

      const picture = await turnedByTransform(name, direction);

      expect(outlineOf(picture)).toEqual({ ...outlineOf(turned(source, direction)), privateBlocks: [] });
      expect(largestDifference(picture, turned(source, direction))).toBe(0);
    });

    it.each(LOSSY)("turns %s as well as its format allows, frame by frame", async (name) => {
      const source = await decodePicture(await fixture(name));

      const picture = await turnedByTransform(name, direction);

      expect(outlineOf(picture)).toEqual({ ...outlineOf(turned(source, direction)), privateBlocks: [] });
      expect(meanDifference(picture, turned(source, direction))).toBeLessThan(3);
    });

    it.each(fixturesWith("oriented"))("turns %s from where a viewer sees it upright", async (name) => {
      const { mediaType, width, height } = FIXTURES[name];
      const upright = await decodePicture(await fixture("png"));

      const picture = await turnedByTransform(name, direction);

      expect(outlineOf(picture)).toMatchObject({ mediaType, width: height, height: width, privateBlocks: [] });
      expect(meanDifference(picture, turned(upright, direction))).toBeLessThan(4);
    });
  });

  it.each([
    { options: { directions: [] }, received: "[]" },
    { options: { directions: ["clockwise", "clockwise"] }, received: '["clockwise","clockwise"]' },
    { options: { directions: "clockwise" }, received: '"clockwise"' },
  ])("refuses $options", ({ options, received }) => {
    const expected = "a list of 1 to 2 different items, each one of clockwise, counterclockwise";

    expect(() => readOptions(rotate.options, options, "rotate")).toThrow(
      new TypeError(`Expected ${expected} for rotate.directions, received ${received}.`),
    );
  });

  it("refuses a turn that is no quarter", () => {
    expect(() => readOptions(rotate.options, { directions: ["clockwise", "over"] }, "rotate")).toThrow(
      new TypeError('Expected one of clockwise, counterclockwise for rotate.directions.1, received "over".'),
    );
  });
});

async function turnedByTransform(name: FixtureName, direction: QuarterTurn): Promise<Picture> {
  const picture = (await picturesOf(rotate, await fixture(name))).get(direction);
  if (!picture) throw new TypeError(`Expected a picture turned ${direction}, received none.`);
  return picture;
}

/** The picture as someone sees it who moves each pixel by hand. */
function turned(source: Picture, direction: QuarterTurn): Picture {
  const { width, height } = source;
  return paint({ ...source, width: height, height: width }, (x, y, frame) =>
    direction === "clockwise" ? pixelAt(source, y, height - 1 - x, frame) : pixelAt(source, width - 1 - y, x, frame),
  );
}
