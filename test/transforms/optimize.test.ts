import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../runtime/options.ts";
import optimize from "../../transforms/optimize.ts";
import { encoder, FIXTURES, type FixtureName, fixture, PRIVATE_TEXT } from "../support/fixtures.ts";
import { buildGif } from "../support/gif-builder.ts";
import { drawPixels, largestDifference, meanDifference } from "../support/pixels.ts";
import { decodePicture, outlineOf, outputOf, pictureOf } from "../support/run.ts";

const LOSSLESS = [
  ...(["png", "png-alpha", "png-palette", "png-grey", "png-interlaced", "png-16-bit"] as const),
  ...(["tiff", "tiff-alpha", "png-1x1"] as const),
] as const satisfies FixtureName[];

const LOSSY = ["jpeg", "webp", "avif", "jpeg-progressive"] as const satisfies FixtureName[];

/** What a photo has that a drawing has not: detail everywhere, in the order of nature's own. */
function photo(width = 640, height = 480) {
  return drawPixels({ width, height, channels: 3 }, (x, y) => {
    const wave = (scale: number) => Math.sin(x / scale + Math.cos(y / scale) * 3) * Math.min(24, scale * 2);
    const grain = ((x * 7919 + y * 104_729 + x * y * 31) % 23) - 11;
    const level = 128 + wave(60) + wave(17) + wave(5) + grain / 3;
    return [level + 20, level, level - 20].map((it) => Math.max(0, Math.min(255, Math.round(it))));
  });
}

describe("optimize", () => {
  it.each(LOSSLESS)("leaves every pixel of %s as it is", async (name) => {
    const source = await fixture(name);

    const picture = await pictureOf(optimize, source);

    expect(largestDifference(picture, await decodePicture(source))).toBe(0);
    expect(picture.mediaType).toBe(FIXTURES[name].mediaType);
  });

  it.each(["gif", "gif-alpha", "gif-1x300"] as const)("leaves %s as good as it is", async (name) => {
    const source = await fixture(name);

    const picture = await pictureOf(optimize, source);

    expect(largestDifference(picture, await decodePicture(source))).toBeLessThanOrEqual(12);
  });

  it.each(LOSSY)("keeps the look of %s", async (name) => {
    const source = await fixture(name);

    const picture = await pictureOf(optimize, source);

    expect(meanDifference(picture, await decodePicture(source))).toBeLessThan(3);
    expect(picture.mediaType).toBe(FIXTURES[name].mediaType);
  });

  it.each(["gif-animated", "gif-partial-frames", "webp-animated"] as const)(
    "keeps the frames and times of %s",
    async (name) => {
      const { mediaType, width, height, frames, delays, loop } = FIXTURES[name];

      const picture = await pictureOf(optimize, await fixture(name));

      expect(outlineOf(picture)).toMatchObject({ mediaType, width, height, frames, delays, loop });
    },
  );

  it.each(["jpeg", "webp", "avif"] as const)("makes a photo in a wasteful %s much smaller", async (format) => {
    const source = await encoder(photo()).toFormat(format, { quality: 98, effort: 2 }).toBuffer();

    const output = await outputOf(optimize, source);

    expect(output.length).toBeLessThan(0.6 * source.length);
    expect(meanDifference(await decodePicture(output), await decodePicture(source))).toBeLessThan(3);
  });

  it("spends more on an image that has more to lose", async () => {
    const smooth = drawPixels({ width: 256, height: 256, channels: 3 }, (x, y) => [x, y, 128]);
    const faint = drawPixels({ width: 256, height: 256, channels: 3 }, (x, y) => {
      const level = 128 + (((x * 7919) ^ (y * 104_729) ^ (x * y * 31)) % 9);
      return [level, level, level];
    });

    // How much larger what is chosen is than the lowest quality that can be.
    const growths = [smooth, faint].map(async (image) => {
      const source = await encoder(image).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
      const [lowest, chosen] = [await outputOf(optimize, source, { quality: 75 }), await outputOf(optimize, source)];
      return chosen.length / lowest.length;
    });

    const [ofSmooth = 0, ofFaint = 0] = await Promise.all(growths);
    expect(ofSmooth).toBe(1);
    expect(ofFaint).toBeGreaterThan(1.5);
  });

  it.each(["jpeg", "webp", "gif", "png"] as const)(
    "gives back a small %s as it was, but for its metadata",
    async (format) => {
      const small = await encoder(photo(96, 64))
        .withExif({ IFD0: { ImageDescription: PRIVATE_TEXT } })
        .toFormat(format, format === "gif" ? {} : { quality: 10, effort: 6, compressionLevel: 9 })
        .toBuffer();

      const output = await outputOf(optimize, small);

      expect(output.length).toBeLessThanOrEqual(small.length);
      expect(output.includes(PRIVATE_TEXT)).toBe(false);
      expect(largestDifference(await decodePicture(output), await decodePicture(small))).toBe(0);
    },
  );

  it("stores few colours as a palette", async () => {
    const flags = drawPixels({ width: 300, height: 200, channels: 3 }, (x, y) => [
      (x * y) % 3 === 0 ? 200 : 10,
      (x % 7) * 9,
      77,
    ]);
    const source = await encoder(flags).png({ compressionLevel: 9 }).toBuffer();

    const output = await outputOf(optimize, source);

    expect((await sharp(output).metadata()).isPalette).toBe(true);
    expect(largestDifference(await decodePicture(output), await decodePicture(source))).toBe(0);
    expect(output.length).toBeLessThan(source.length);
  });

  it("stores black and white as fax machines do", async () => {
    const page = drawPixels({ width: 400, height: 300, channels: 3 }, (x, y) =>
      Array(3).fill((x >> 4) % 2 === (y >> 5) % 2 ? 0 : 255),
    );
    const source = await encoder(page)
      .toColourspace("b-w")
      .tiff({ bitdepth: 1, compression: "none", predictor: "none" })
      .toBuffer();

    const output = await outputOf(optimize, source);

    expect(await sharp(output).metadata()).toMatchObject({ bitsPerSample: 1 });
    expect(output.length).toBeLessThan(source.length / 3);
    expect(largestDifference(await decodePicture(output), await decodePicture(source))).toBe(0);
  });

  it("makes one frame of those that show the same, for as long", async () => {
    const frames = [0, 0, 0, 1, 1, 2];
    const moving = drawPixels({ width: 64, height: 64, channels: 3, frames: frames.length }, (x, _, frame) =>
      x >> 4 === frames[frame] ? [255, 200, 0] : [0, 40, 80],
    );
    const raw = { width: 64, height: 64 * frames.length, channels: 3, pageHeight: 64 } as const;
    const source = await sharp(moving.data, { raw })
      .gif({ delay: frames.map(() => 40), keepDuplicateFrames: true })
      .toBuffer();

    const picture = await pictureOf(optimize, source);

    expect((await decodePicture(source)).frames).toBe(6);
    expect(picture.delays).toEqual([120, 80, 40]);
  });

  it("leaves a GIF as it is of which a frame shows more colours than a palette has", async () => {
    const random = (seed: number) => (((Math.sin((seed + 1) * 12.9898) * 43_758.5453) % 1) + 1) % 1;
    const strips = [0, 1, 2, 3].map((strip) => ({
      ...{ left: 16 * strip, width: 16, height: 16, delay: 10 },
      indexes: Array.from({ length: 256 }, (_, index) => index),
      palette: Array.from({ length: 3 * 256 }, (_, at) => Math.floor(256 * random(at + 768 * strip))),
    }));
    const source = buildGif({ width: 64, height: 16, frames: [...strips, ...strips] });

    const picture = await pictureOf(optimize, source);

    expect(largestDifference(picture, await decodePicture(source))).toBe(0);
  });

  it("keeps a grey JPEG grey", async () => {
    const output = await outputOf(optimize, await fixture("jpeg-grey"));

    expect((await sharp(output).metadata()).space).toBe("b-w");
  });

  it("takes the quality it is told", async () => {
    const source = await encoder(photo()).jpeg({ quality: 98 }).toBuffer();

    const sizes = [20, 50, 80].map(async (quality) => (await outputOf(optimize, source, { quality })).length);

    const bytes = await Promise.all(sizes);
    expect(bytes).toEqual([...new Set(bytes)].sort((one, other) => one - other));
  });

  it("refuses a quality that there is not", () => {
    expect(() => readOptions(optimize.options, { quality: 101 }, "optimize")).toThrow(
      new TypeError("Expected an integer from 0 to 100 for optimize.quality, received 101."),
    );
  });
});
