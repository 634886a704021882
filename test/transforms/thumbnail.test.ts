import { describe, expect, it } from "vitest";
import { MEDIA_TYPES, type MediaType } from "../../runtime/media-type.ts";
import { readOptions } from "../../runtime/options.ts";
import thumbnail from "../../transforms/thumbnail.ts";
import { CORNERS, cornersOf, drawScene, encoder, FIXTURES, fixture, fixturesWith } from "../support/fixtures.ts";
import { distance, largestDifference, meanDifference, pixelAt } from "../support/pixels.ts";
import { decodePicture, outlineOf, outputOf, outputsOf, pictureOf } from "../support/run.ts";

const FORMATS = Object.entries(MEDIA_TYPES).map(([mediaType, { format }]) => ({
  mediaType: mediaType as MediaType,
  format,
}));

describe("thumbnail", () => {
  it.each([
    { source: [400, 300], output: [128, 96] },
    { source: [300, 400], output: [96, 128] },
    { source: [333, 500], output: [85, 128] },
    { source: [129, 129], output: [128, 128] },
    { source: [1000, 10], output: [128, 1] },
    { source: [3000, 2], output: [128, 1] },
    { source: [1, 300], output: [1, 128] },
  ] as const)("fits $source into 128 x 128 as $output", async ({ source: [width, height], output }) => {
    const source = await encoder(drawScene({ width, height })).png().toBuffer();

    const picture = await pictureOf(thumbnail, source);

    expect([picture.width, picture.height]).toEqual(output);
  });

  it.each([
    [1, 1],
    [96, 64],
    [128, 128],
    [128, 1],
  ])("never enlarges %i x %i", async (width, height) => {
    const source = await encoder(drawScene({ width, height })).png().toBuffer();

    const picture = await pictureOf(thumbnail, source, { width: 1024, height: 1024 });

    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(largestDifference(picture, await decodePicture(source))).toBe(0);
  });

  it.each(FORMATS)("keeps $mediaType and the look of it", async ({ mediaType, format }) => {
    const source = await encoder(drawScene({ width: 400, height: 300 }))
      .toFormat(format, { effort: 1 })
      .toBuffer();

    const outputs = await outputsOf(thumbnail, source);

    expect([...outputs.keys()]).toEqual(["small"]);
    const small = outputs.get("small") ?? Buffer.alloc(0);
    expect(outlineOf(await decodePicture(small))).toMatchObject({ mediaType, width: 128, height: 96 });
    expect(await cornersOf(small)).toEqual(CORNERS);
  });

  it.each(fixturesWith("animated"))("keeps the frames, delays and loop of %s", async (name) => {
    const { mediaType, frames, delays, loop } = FIXTURES[name];

    const picture = await pictureOf(thumbnail, await fixture(name), { width: 48 });

    expect(outlineOf(picture)).toMatchObject({ mediaType, width: 48, height: 32, frames, delays, loop });
  });

  it.each(["gif-animated", "webp-animated"] as const)("shows the frames of %s in their order", async (name) => {
    const box = { width: 48, height: 32 };
    const scenes = [0, 1, 2].map((frame) => encoder(drawScene({}, frame)).png().toBuffer());
    const stills = await Promise.all(scenes.map(async (scene) => pictureOf(thumbnail, await scene, box)));

    const { pixels, ...animation } = await pictureOf(thumbnail, await fixture(name), box);

    const frameBytes = pixels.length / 3;
    const nearest = [0, 1, 2].map((frame) => {
      const shown = { ...animation, frames: 1, pixels: pixels.subarray(frame * frameBytes, (frame + 1) * frameBytes) };
      const differences = stills.map((still) => meanDifference(shown, still));
      return differences.indexOf(Math.min(...differences));
    });
    expect(nearest).toEqual([0, 1, 2]);
  });

  it.each(fixturesWith("oriented"))("turns %s upright", async (name) => {
    const output = await outputOf(thumbnail, await fixture(name), { width: 48 });

    expect(outlineOf(await decodePicture(output))).toMatchObject({ width: 48, height: 32, privateBlocks: [] });
    expect(await cornersOf(output)).toEqual(CORNERS);
  });

  it.each(["png-alpha", "webp-alpha", "gif-alpha", "avif-alpha", "tiff-alpha"] as const)(
    "keeps the transparency of %s",
    async (name) => {
      const picture = await pictureOf(thumbnail, await fixture(name), { width: 48 });

      const [disc, corner] = [pixelAt(picture, 17, 14), pixelAt(picture, 2, 2)];
      expect(disc[3]).toBeLessThan(2);
      expect(distance(corner, [230, 20, 30, 255])).toBeLessThan(12);
    },
  );

  it.each([
    { options: { width: 40 }, output: [40, 27] },
    { options: { height: 40 }, output: [60, 40] },
    { options: { width: 1 }, output: [1, 1] },
    { options: { width: 30, height: 20 }, output: [30, 20] },
  ])("fits the box of $options", async ({ options, output }) => {
    const picture = await pictureOf(thumbnail, await fixture("png"), options);

    expect([picture.width, picture.height]).toEqual(output);
  });

  it.each([
    { options: { width: 0 }, error: "Expected an integer from 1 to 1024 for thumbnail.width, received 0." },
    { options: { height: 1025 }, error: "Expected an integer from 1 to 1024 for thumbnail.height, received 1025." },
    { options: { width: 12.5 }, error: "Expected an integer from 1 to 1024 for thumbnail.width, received 12.5." },
    { options: { width: "64" }, error: 'Expected an integer from 1 to 1024 for thumbnail.width, received "64".' },
  ])("refuses $options", ({ options, error }) => {
    expect(() => readOptions(thumbnail.options, options, "thumbnail")).toThrow(new TypeError(error));
  });

  it("names every wrong option, and the options there are", () => {
    const wrong = { width: 0, height: 0, depth: 3 };

    const reading = () => readOptions(thumbnail.options, wrong, "thumbnail");

    expect(reading).toThrow("for thumbnail.width, received 0.");
    expect(reading).toThrow("for thumbnail.height, received 0.");
    expect(reading).toThrow("Expected an option of width, height for thumbnail.depth");
  });
});
