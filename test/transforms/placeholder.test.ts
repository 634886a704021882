import sharp from "sharp";
import { thumbHashToAverageRGBA, thumbHashToRGBA } from "thumbhash";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../runtime/options.ts";
import placeholder from "../../transforms/placeholder.ts";
import { drawScene, drawTransparentScene, encoder, FIXTURES, type FixtureName, fixture } from "../support/fixtures.ts";
import { distance, drawPixels, meanDifference, type Pixel } from "../support/pixels.ts";
import { decodePicture, outputOf, type Picture } from "../support/run.ts";

interface Placeholder {
  readonly width: number;
  readonly height: number;
  readonly aspectRatio: number;
  readonly dominantColor: string;
  readonly thumbHash: string;
  readonly blurDataUrl: string;
}

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const satisfies FixtureName[];

describe("placeholder", () => {
  it("says in one JSON object all that a page shows before the image", async () => {
    const source = await fixture("png");

    const output = await outputOf(placeholder, source);

    expect(JSON.parse(output.toString())).toEqual({
      width: 96,
      height: 64,
      aspectRatio: 1.5,
      dominantColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
      thumbHash: expect.stringMatching(/^[\w+/]+=*$/),
      blurDataUrl: expect.stringMatching(/^data:image\/webp;base64,[\w+/]+=*$/),
    });
  });

  it.each([
    ["jpeg-orientation-6", 96, 64, 1.5],
    ["png-3000x2", 3000, 2, 1500],
    ["gif-1x300", 1, 300, 0.0033333],
    ["gif-animated", 96, 64, 1.5],
  ] as const)("gives the size at which %s is seen", async (name, width, height, aspectRatio) => {
    expect(await read(await fixture(name))).toMatchObject({ width, height, aspectRatio });
  });

  it.each(FORMATS)("previews %s", async (name) => {
    const still = await encoder(drawScene({})).png().toBuffer();

    const { pixels, ...outline } = await previewOf(await fixture(name));

    expect(outline).toMatchObject({ width: 24, height: 16, frames: 1, mediaType: "image/webp" });
    const expected = await sharp(still).resize(24, 16, { fit: "fill" }).png().toBuffer();
    expect(meanDifference({ ...outline, pixels }, await decodePicture(expected))).toBeLessThan(12);
  });

  it.each([
    { options: { side: 4 }, size: [4, 3] },
    { options: { side: 64 }, size: [64, 43] },
  ])("previews in the size of $options", async ({ options, size }) => {
    const { width, height } = await previewOf(await fixture("png"), options);

    expect([width, height]).toEqual(size);
  });

  it("previews nothing larger than it is", async () => {
    const { width, height } = await previewOf(await fixture("png-1x1"));

    expect([width, height]).toEqual([1, 1]);
  });

  it.each(["gif-animated", "webp-animated"] as const)("previews the first frame of %s", async (name) => {
    const still = await encoder(drawScene({}, 0)).png().toBuffer();

    const preview = await previewOf(await fixture(name));

    expect(preview.frames).toBe(1);
    expect(meanDifference(preview, await previewOf(still))).toBeLessThan(12);
  });

  it("keeps transparency in the preview and in the ThumbHash", async () => {
    const source = await encoder(drawTransparentScene({})).png().toBuffer();

    const preview = await previewOf(source);
    const { a } = thumbHashToAverageRGBA(Buffer.from((await read(source)).thumbHash, "base64"));

    expect(preview.pixels.filter((level, at) => at % 4 === 3 && level < 10).length).toBeGreaterThan(20);
    expect(a).toBeLessThan(0.95);
  });

  it("hashes what any decoder of ThumbHash draws in the source's shape and colours", async () => {
    const source = await halves([250, 10, 10, 255], [10, 10, 250, 255]);

    const { w, h, rgba } = thumbHashToRGBA(Buffer.from((await read(source)).thumbHash, "base64"));

    expect(w / h).toBeCloseTo(90 / 60, 0);
    expect(distance([...rgba.subarray(0, 4)], [250, 10, 10, 255])).toBeLessThan(60);
    expect(distance([...rgba.subarray(4 * w - 4, 4 * w)], [10, 10, 250, 255])).toBeLessThan(60);
  });

  it.each([
    { left: [200, 100, 50, 255], right: [0, 0, 255, 255], share: 2 / 3, colour: "#c86432" },
    { left: [200, 100, 50, 255], right: [0, 0, 255, 255], share: 1 / 3, colour: "#0000ff" },
    // However many pixels there are of it, what can't be seen has no colour.
    { left: [0, 0, 0, 0], right: [0, 0, 255, 255], share: 2 / 3, colour: "#0000ff" },
    { left: [9, 9, 9, 0], right: [9, 9, 9, 0], share: 1 / 2, colour: "#ffffff" },
  ])("finds $colour to be the colour that is seen most", async ({ left, right, share, colour }) => {
    const source = await halves(left, right, share);

    expect((await read(source)).dominantColor).toBe(colour);
  });

  it.each(["png-grey", "png-16-bit", "tiff-alpha", "jpeg-cmyk"] as const)(
    "takes %s for what it looks like",
    async (name) => {
      const { width, height } = FIXTURES[name];

      const { dominantColor, ...facts } = await read(await fixture(name));

      expect(facts).toMatchObject({ width, height });
      expect(dominantColor).toMatch(/^#[0-9a-f]{6}$/);
    },
  );

  it("spares a page the copyright that images carry", async () => {
    const { blurDataUrl } = await read(await fixture("jpeg-gps"));

    const { exif } = await sharp(Buffer.from(blurDataUrl.slice(blurDataUrl.indexOf(",") + 1), "base64")).metadata();
    expect(exif).toBeUndefined();
  });

  it("stays small", async () => {
    const noise = drawPixels({ width: 600, height: 600, channels: 4 }, (x, y) => {
      const level = (x * 7919 + y * 104_729 + x * y * 31) % 256;
      return [level, 255 - level, (level * 3) % 256, (level * 5) % 256];
    });

    const output = await outputOf(placeholder, await encoder(noise).png().toBuffer());

    expect(output.length).toBeLessThan(2000);
  });

  it.each([
    { options: { side: 3 }, error: "Expected an integer from 4 to 64 for placeholder.side, received 3." },
    { options: { quality: 0 }, error: "Expected an integer from 1 to 100 for placeholder.quality, received 0." },
  ])("refuses $options", ({ options, error }) => {
    expect(() => readOptions(placeholder.options, options, "placeholder")).toThrow(new TypeError(error));
  });
});

async function read(source: Uint8Array, options?: Record<string, unknown>): Promise<Placeholder> {
  return JSON.parse((await outputOf(placeholder, source, options)).toString());
}

async function previewOf(source: Uint8Array, options?: Record<string, unknown>): Promise<Picture> {
  const { blurDataUrl } = await read(source, options);
  return decodePicture(Buffer.from(blurDataUrl.slice(blurDataUrl.indexOf(",") + 1), "base64"));
}

/** An image of two colours; the left one takes this share of its width. */
function halves(left: Pixel, right: Pixel, share = 1 / 2): Promise<Buffer> {
  const drawn = drawPixels({ width: 90, height: 60, channels: 4 }, (x) => (x < 90 * share ? left : right));
  return encoder(drawn).png().toBuffer();
}
