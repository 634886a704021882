import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../runtime/options.ts";
import watermark from "../../transforms/watermark.ts";
import { encoder, FIXTURES, type FixtureName, fixture } from "../support/fixtures.ts";
import { distance, drawPixels, type Pixel, pixelAt } from "../support/pixels.ts";
import { decodePicture, outlineOf, type Picture, pictureOf } from "../support/run.ts";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const satisfies FixtureName[];

const RED: Pixel = [200, 0, 0, 255];

/** A square of which a quarter is cut out at its lower right. */
const ANGLE = "M0 0h10v5h-5v5h-5z";

describe("watermark", () => {
  it.each(FORMATS)("marks %s in its own size and format", async (name) => {
    const { mediaType, width, height } = FIXTURES[name];

    const picture = await pictureOf(watermark, await fixture(name));

    expect(outlineOf(picture)).toMatchObject({ mediaType, width, height, frames: 1, privateBlocks: [] });
    const [marked] = changedBox(picture, await decodePicture(await fixture(name)), 60);
    expect(marked).toBeDefined();
  });

  it.each([
    ["top-left", [0, 0]],
    ["top", [0.5, 0]],
    ["top-right", [1, 0]],
    ["left", [0, 0.5]],
    ["center", [0.5, 0.5]],
    ["right", [1, 0.5]],
    ["bottom-left", [0, 1]],
    ["bottom", [0.5, 1]],
    ["bottom-right", [1, 1]],
  ] as const)(
    "lays an outline at the %s, within the margin and as wide as its scale",
    async (position, [across, down]) => {
      const options = { outline: "M0 0h10v10h-10z", position, scale: 0.2, margin: 0.1, opacity: 1 };

      const picture = await markedRed({ width: 400, height: 300 }, options);

      // 80 pixels of 400, with 30 pixels around.
      const [left, top] = [30 + across * 260, 30 + down * 160];
      expect(whiteBox(picture)).toEqual({ left, top, right: left + 79, bottom: top + 79 });
    },
  );

  it("draws the outline's own shape, white upon a shadow that fades", async () => {
    const options = { outline: ANGLE, position: "center", scale: 0.5, opacity: 1 };

    const picture = await markedRed({ width: 400, height: 400 }, options);

    const white: Pixel = [255, 255, 255, 255];
    expect([pixelAt(picture, 120, 120), pixelAt(picture, 280, 120), pixelAt(picture, 120, 280)]).toEqual(
      Array(3).fill(white),
    );
    expect(pixelAt(picture, 290, 290)).toEqual(RED);
    const reds = [202, 208, 216, 224, 280].map((y) => pixelAt(picture, 250, y)[0] ?? 0);
    expect(reds).toEqual([...reds].sort((a, b) => a - b));
    expect(reds[0]).toBeLessThan(120);
    expect(reds.at(-1)).toBe(200);
  });

  it("smooths the edges of curves", async () => {
    const circle = "M0 5a5 5 0 1 0 10 0a5 5 0 1 0 -10 0";

    const picture = await markedRed(
      { width: 100, height: 100 },
      { outline: circle, position: "center", scale: 0.5, opacity: 1 },
    );

    const greens = Array.from({ length: 100 * 100 }, (_, at) => picture.pixels[4 * at + 1] ?? 0);
    const area = greens.reduce((sum, green) => sum + green / 255, 0);
    expect(area).toBeGreaterThan(0.98 * Math.PI * 25 ** 2);
    expect(area).toBeLessThan(1.04 * Math.PI * 25 ** 2);
    expect(new Set(greens).size).toBeGreaterThan(20);
  });

  it("leaves the inside of letters open", async () => {
    const picture = await markedRed(
      { width: 300, height: 300 },
      { text: "O", position: "center", scale: 0.5, opacity: 1 },
    );

    const row = Array.from({ length: 300 }, (_, x) => (pixelAt(picture, x, 150)[1] ?? 0) > 200);
    const changes = row.filter((white, x) => white !== row[x - 1] && x > 0).length;
    expect(changes).toBe(4);
  });

  it("draws letters upright, in their order and in their own width", async () => {
    const picture = await markedRed(
      { width: 600, height: 200 },
      { text: "L.", position: "center", scale: 0.2, opacity: 1 },
    );

    const { left, right, top, bottom } = whiteBox(picture);
    const isWhite = (x: number, y: number) => (pixelAt(picture, x, y)[1] ?? 0) > 200;
    // The stem at the left and the point at the right end, at the foot.
    expect([isWhite(left + 4, top + 4), isWhite(left + 4, bottom - 4)]).toEqual([true, true]);
    expect([isWhite(right - 4, top + 4), isWhite(right - 4, bottom - 4)]).toEqual([false, true]);
  });

  it("draws each letter beside the last", async () => {
    const picture = await markedRed(
      { width: 300, height: 300 },
      { text: "III", position: "center", scale: 0.5, opacity: 1 },
    );

    const row = Array.from({ length: 300 }, (_, x) => (pixelAt(picture, x, 150)[1] ?? 0) > 200);
    expect(row.filter((white, x) => white !== row[x - 1] && x > 0)).toEqual([true, false, true, false, true, false]);
  });

  it("does not let a text get too low to be read as long as there is room", async () => {
    const small = await markedRed({ width: 200, height: 100 }, { text: "HELLO", scale: 0.01, opacity: 1 });

    const { top, bottom } = whiteBox(small, 150);

    expect(bottom - top + 1).toBeGreaterThanOrEqual(9);
  });

  it("lets the image shine through by its opacity", async () => {
    const options = { outline: "M0 0h10v10h-10z", position: "center", scale: 0.5, opacity: 0.4 };

    const picture = await markedRed({ width: 100, height: 100 }, options);

    expect(pixelAt(picture, 50, 50)).toEqual([222, 102, 102, 255]);
  });

  it("tiles the whole image in rows that are shifted against each other", async () => {
    const options = { outline: "M0 0h10v10h-10z", position: "tile", scale: 0.1, opacity: 1 };

    const picture = await markedRed({ width: 400, height: 400 }, options);

    const starts = [60, 180, 300].map((y) =>
      Array.from({ length: 400 }, (_, x) => x).filter(
        (x) => (pixelAt(picture, x, y)[1] ?? 0) > 250 && (pixelAt(picture, x - 1, y)[1] ?? 0) <= 250,
      ),
    );
    expect(starts[0]?.length).toBeGreaterThan(5);
    expect(starts[1]).not.toEqual(starts[0]);
    expect(starts[2]).toEqual(starts[0]);
  });

  it.each(["png", "webp"] as const)(
    "lays a logo of %s over the image in its colours, shape and transparency",
    async (format) => {
      const drawn = drawPixels({ width: 40, height: 20, channels: 4 }, (x) =>
        x < 20 ? [0, 0, 255, 255] : [0, 0, 0, 0],
      );
      const logo = await encoder(drawn).toFormat(format, { lossless: true }).toBuffer();
      const image = `data:image/${format};base64,${logo.toString("base64")}`;

      const picture = await markedRed(
        { width: 200, height: 200 },
        { image, position: "center", scale: 0.5, opacity: 1 },
      );

      // 100 x 50 pixels in the middle, of which the left half is seen.
      expect(distance(pixelAt(picture, 70, 100), [0, 0, 255, 255])).toBeLessThan(3);
      expect([pixelAt(picture, 130, 100), pixelAt(picture, 70, 70), pixelAt(picture, 45, 100)]).toEqual([
        RED,
        RED,
        RED,
      ]);
    },
  );

  it.each(["gif-animated", "webp-animated", "gif-partial-frames"] as const)("marks every frame of %s", async (name) => {
    const source = await decodePicture(await fixture(name));

    const picture = await pictureOf(watermark, await fixture(name), { position: "center", scale: 0.8, opacity: 1 });

    const { frames, delays, loop } = FIXTURES[name];
    expect(outlineOf(picture)).toMatchObject({ frames, delays, loop });
    for (let frame = 0; frame < frames; frame++) expect(changedBox(picture, source, 60, frame)).not.toEqual([]);
  });

  it("shows upon what is transparent, and leaves the rest transparent", async () => {
    const nothing = drawPixels({ width: 200, height: 100, channels: 4 }, () => [0, 0, 0, 0]);
    const options = { outline: "M0 0h10v10h-10z", position: "left", scale: 0.2, opacity: 1 };

    const picture = await pictureOf(watermark, await encoder(nothing).png().toBuffer(), options);

    expect(pixelAt(picture, 20, 50)).toEqual([255, 255, 255, 255]);
    expect(pixelAt(picture, 150, 50)[3]).toBe(0);
  });

  it.each(["png-1x1", "gif-1x300", "png-3000x2"] as const)("stays within %s", async (name) => {
    const { width, height } = FIXTURES[name];

    const pictures = ["tile", "center", "bottom-right"].map(async (position) =>
      pictureOf(watermark, await fixture(name), { position, margin: 0.5, scale: 1 }),
    );

    for (const picture of await Promise.all(pictures)) expect([picture.width, picture.height]).toEqual([width, height]);
  });

  it.each(["png-grey", "jpeg-grey", "tiff-alpha", "png-16-bit"] as const)("marks %s in colour", async (name) => {
    const drawn = drawPixels({ width: 8, height: 8, channels: 3 }, () => [0, 160, 0]);
    const logo = (await encoder(drawn).png().toBuffer()).toString("base64");

    const picture = await pictureOf(watermark, await fixture(name), {
      image: `data:image/png;base64,${logo}`,
      position: "center",
      opacity: 1,
    });

    const { width, height } = picture;
    expect(distance(pixelAt(picture, width / 2, height / 2), [0, 160, 0, 255])).toBeLessThan(12);
  });

  it("takes a text of spaces for none", async () => {
    const picture = await markedRed({ width: 50, height: 50 }, { text: "  " });

    expect(changedBox(picture, await decodePicture(await plainRed({ width: 50, height: 50 })), 1)).toEqual([]);
  });

  it.each([
    {
      options: { text: "" },
      of: "a text of 1 to 64 characters, of Latin letters, digits and signs for watermark.text",
    },
    {
      options: { text: "猫" },
      of: "a text of 1 to 64 characters, of Latin letters, digits and signs for watermark.text",
    },
    { options: { text: "constructor\u0000" }, of: "a text of 1 to 64 characters" },
    { options: { outline: "M0 0 L" }, of: "the path data of an SVG or nothing for watermark.outline" },
    { options: { outline: "hello" }, of: "the path data of an SVG or nothing for watermark.outline" },
    {
      options: { image: "https://example.org/logo.png" },
      of: "a data URI of a PNG or WebP or nothing for watermark.image",
    },
    { options: { image: "data:image/svg+xml;base64,PHN2Zz4=" }, of: "a data URI of a PNG or WebP or nothing" },
    { options: { position: "middle" }, of: "one of top-left, top, " },
    { options: { scale: 0 }, of: "a number from 0.01 to 1 for watermark.scale" },
  ])("refuses $options", ({ options, of }) => {
    expect(() => readOptions(watermark.options, options, "watermark")).toThrow(of);
  });

  it("takes accents, currencies and signs", () => {
    const text = "© Zoë Łęcka-Müller, 50 € & “ÅÇÑ”";

    expect(readOptions(watermark.options, { text }, "watermark")).toMatchObject({ text });
  });
});

interface Size {
  readonly width: number;
  readonly height: number;
}

function plainRed({ width, height }: Size): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: 200, g: 0, b: 0 } } })
    .png()
    .toBuffer();
}

async function markedRed(size: Size, options: Record<string, unknown>): Promise<Picture> {
  return pictureOf(watermark, await plainRed(size), options);
}

/** The rectangle of what is white. */
function whiteBox(picture: Picture, level = 250) {
  const places = Array.from({ length: picture.width * picture.height }, (_, at) => at)
    .filter((at) => (picture.pixels[4 * at + 1] ?? 0) >= level)
    .map((at) => ({ x: at % picture.width, y: Math.floor(at / picture.width) }));
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** The places in a frame where two pictures differ by more than so many levels. */
function changedBox(picture: Picture, other: Picture, levels: number, frame = 0): { x: number; y: number }[] {
  return Array.from({ length: picture.width * picture.height }, (_, at) => ({
    x: at % picture.width,
    y: Math.floor(at / picture.width),
  })).filter(({ x, y }) => distance(pixelAt(picture, x, y, frame), pixelAt(other, x, y, frame)) > levels);
}
