import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeGif, type QuarterTurn } from "../../runtime/gif.ts";
import {
  type BuiltFrame,
  type BuiltGif,
  buildGif,
  compressedCodes,
  deferredClearCodes,
  extension,
  uncompressedCodes,
} from "../support/gif-builder.ts";

const TURNS: readonly QuarterTurn[] = ["clockwise", "counterclockwise"];

describe("a quarter turn", () => {
  describe.each(TURNS)("%s", (direction) => {
    it.each(pictures())("shows each frame of $name as it was, for as long", async ({ gif }) => {
      const source = buildGif(gif);

      const turned = decodeGif(source).turn(direction);

      expect(await shown(turned)).toEqual(turnedBySight(await shown(source), direction));
    });

    it.each(Array.from({ length: 24 }, (_, seed) => seed))("turns any mixture of frames (seed %i)", async (seed) => {
      const source = buildGif(mixture(seed));

      const turned = decodeGif(source).turn(direction);

      expect(await shown(turned)).toEqual(turnedBySight(await shown(source), direction));
    });

    it("turns an animation by sharp", async () => {
      const pixels = Buffer.from(noise(7, 30 * 20 * 3 * 4, 256));
      const raw = { width: 30, height: 80, channels: 3, pageHeight: 20 } as const;
      const source = await sharp(pixels, { raw })
        .gif({ loop: 5, delay: [40, 50, 60, 70] })
        .toBuffer();

      const turned = decodeGif(source).turn(direction);

      expect(await shown(turned)).toEqual(turnedBySight(await shown(source), direction));
    });
  });

  it.each(Array.from({ length: 8 }, (_, seed) => seed))("is undone by the other one (seed %i)", async (seed) => {
    const source = buildGif(mixture(seed));

    const there = decodeGif(source).turn("clockwise");
    const back = decodeGif(there).turn("counterclockwise");

    expect(await shown(back)).toEqual(await shown(source));
  });

  it("gives the same bytes for the same image, in any order of turns", () => {
    const source = buildGif(mixture(1));
    const image = decodeGif(source);

    const turns = [...TURNS, ...TURNS].map((direction) => image.turn(direction));

    expect(turns.slice(2)).toEqual(turns.slice(0, 2));
    expect(decodeGif(source).turn("counterclockwise")).toEqual(turns[1]);
  });

  it("leaves the source's bytes alone", () => {
    const source = buildGif(mixture(2));
    const before = Buffer.from(source);

    for (const direction of TURNS) decodeGif(source).turn(direction);

    expect(Buffer.from(source)).toEqual(before);
  });

  it.each([...Array.from({ length: 150 }, (_, at) => 1 + at), 30_000])("writes textbook LZW: %i pixels", (pixels) => {
    // A row turns into a column whose pixels come in the same order.
    const frame = { ...still(pixels, 1, 4), codeSize: 2 };
    const source = buildGif({ ...screen(pixels, 1, 4), frames: [frame] });

    const turned = decodeGif(source).turn("clockwise");

    expect(turned).toEqual(buildGif({ ...screen(1, pixels, 4), frames: [{ ...frame, width: 1, height: pixels }] }));
  });

  it("keeps palettes, background, delays, disposals, transparency and loop byte by byte", () => {
    // A screen of one pixel looks the same from each side, so nothing but its compressed data may change.
    const source = buildGif({
      ...screen(1, 1, 16),
      background: 3,
      repeats: 999,
      frames: [
        { ...still(1, 1), indexes: [5], codeSize: 4, disposal: 1, delay: 65_535, userInput: true },
        { ...still(1, 1), indexes: [7], codeSize: 3, disposal: 2, palette: colours(8, 3), transparent: 7 },
        { ...still(1, 1), indexes: [2], codeSize: 2, disposal: 7, palette: colours(4, 4), transparent: 255, delay: 1 },
        { ...still(1, 1), indexes: [0], codeSize: 8 },
      ],
    });

    for (const direction of TURNS) expect(decodeGif(source).turn(direction)).toEqual(source);
  });

  it.each([
    { name: "comments", block: extension(0xfe, "taken at home", "by me") },
    { name: "XMP", block: extension(0xff, "XMP DataXMP", "<x:xmpmeta/>") },
    { name: "colour profiles", block: extension(0xff, "ICCRGBG1012", "profile") },
    { name: "plain text", block: extension(0x01, "0123456789ab", "hello") },
    { name: "extensions without data", block: extension(0xff) },
    { name: "loop counts that are none", block: extension(0xff, "NETSCAPE2.0", [2, 1, 0]) },
    { name: "graphic controls that are none", block: extension(0xf9, [1, 2]) },
  ])("leaves out $name", ({ block }) => {
    const gif = { ...screen(3, 2, 4), repeats: 2, frames: [{ ...still(3, 2, 4), delay: 3 }] };
    const source = buildGif({ ...gif, extensions: [block] });

    const turned = decodeGif(source).turn("clockwise");

    expect(turned).toEqual(decodeGif(buildGif(gif)).turn("clockwise"));
  });

  it.each([
    { repeats: 0, loop: 0 },
    { repeats: 1, loop: 2 },
    { repeats: 300, loop: 301 },
    { repeats: 65_535, loop: 65_536 },
    { repeats: 4, loop: 5, loopApplication: "ANIMEXTS1.0" as const },
  ])("repeats an animation as often as its source: $repeats", async ({ loop, ...gif }) => {
    const source = buildGif({ ...screen(3, 2, 4), ...gif, frames: [still(3, 2, 4), still(3, 2, 4)] });

    const turned = decodeGif(source).turn("clockwise");

    expect(await shown(turned)).toMatchObject({ loop });
  });

  it("plays an animation without a loop count once", async () => {
    const source = buildGif({ ...screen(3, 2, 4), frames: [still(3, 2, 4), still(3, 2, 4)] });

    const turned = decodeGif(source).turn("clockwise");

    expect(await shown(turned)).toMatchObject({ loop: 1 });
  });

  it.each([
    { aspect: 0, inverse: 0 },
    { aspect: 49, inverse: 49 },
    { aspect: 17, inverse: 113 },
    { aspect: 113, inverse: 17 },
    { aspect: 1, inverse: 241 },
    { aspect: 255, inverse: 1 },
  ])("turns pixels of shape $aspect into pixels of shape $inverse", ({ aspect, inverse }) => {
    const source = buildGif({ ...screen(3, 2, 4), aspect, frames: [still(3, 2, 4)] });

    const turned = decodeGif(source).turn("clockwise");

    expect(turned[12]).toBe(inverse);
  });

  it("takes the first of many frames if told so", async () => {
    const [first, ...rest] = [1, 2, 3, 4].map((delay) => ({ ...still(3, 2, 4, delay), delay }));
    const gif = { ...screen(3, 2, 4), repeats: 0 };
    const source = buildGif({ ...gif, frames: [...(first ? [first] : []), ...rest] });

    const turned = decodeGif(source, { frames: 1 }).turn("clockwise");

    expect(turned).toEqual(decodeGif(buildGif({ ...gif, frames: first ? [first] : [] })).turn("clockwise"));
  });

  it("takes as many frames as it is told, and all if there are fewer", async () => {
    const source = buildGif({ ...screen(3, 2, 4), frames: [1, 2, 3].map((seed) => still(3, 2, 4, seed)) });

    const counts = [2, 3, 4].map(async (frames) => {
      const turned = decodeGif(source, { frames }).turn("clockwise");
      return (await shown(turned)).frames.length;
    });

    expect(await Promise.all(counts)).toEqual([2, 3, 3]);
  });

  it.each([
    { name: "no trailer", end: (gif: Uint8Array) => gif.subarray(0, -1) },
    { name: "no end of the last frame's data", end: (gif: Uint8Array) => gif.subarray(0, -2) },
    { name: "bytes after the trailer", end: (gif: Uint8Array) => Buffer.concat([gif, Buffer.from("\x21\x2cgarbage")]) },
    {
      name: "other bytes for a trailer",
      end: (gif: Uint8Array) => Buffer.concat([gif.subarray(0, -1), Buffer.alloc(9)]),
    },
    { name: "version 87a", end: (gif: Uint8Array) => Buffer.from(gif).fill("GIF87a", 0, 6) },
  ])("takes a GIF with $name", ({ end }) => {
    const source = buildGif({ ...screen(3, 2, 4), frames: [still(3, 2, 4), still(3, 2, 4)] });

    const turned = decodeGif(end(source)).turn("clockwise");

    expect(turned).toEqual(decodeGif(source).turn("clockwise"));
  });
});

describe("a frame that leaves the screen", () => {
  const opaque = { palette: colours(4, 1), frames: [] };

  it.each(TURNS)("makes the screen larger if it is the first (%s)", async (direction) => {
    const source = buildGif({ ...opaque, width: 4, height: 3, frames: [{ ...still(6, 5, 4), left: 2, top: 1 }] });

    const turned = decodeGif(source).turn(direction);

    const expected = await shown(source);
    expect(expected).toMatchObject({ width: 8, height: 6 });
    expect(await shown(turned)).toEqual(turnedBySight(expected, direction));
  });

  it.each(TURNS)("gives a screen without sides its own (%s)", async (direction) => {
    const source = buildGif({ ...opaque, width: 0, height: 0, frames: [still(6, 5, 4)] });

    const turned = decodeGif(source).turn(direction);

    expect(await shown(turned)).toEqual(turnedBySight(await shown(source), direction));
  });

  describe.each(TURNS)("%s", (direction) => {
    it.each([
      { name: "beyond the right", frame: { ...still(5, 3, 4), left: 4, top: 2 } },
      { name: "beyond the bottom", frame: { ...still(4, 6, 4), left: 1, top: 3 } },
      { name: "on all sides", frame: still(30, 20, 4) },
      { name: "beyond the right, interlaced", frame: { ...still(30, 4, 4), left: 2, top: 2, interlaced: true } },
      { name: "wholly", frame: { ...still(5, 5, 4), left: 7, top: 0 } },
      { name: "wholly, at the bottom", frame: { ...still(5, 5, 4), left: 0, top: 60 } },
      { name: "for it has no width", frame: { ...still(0, 5, 4), left: 1, top: 1 } },
      { name: "for it has no height", frame: { ...still(5, 0, 4), left: 1, top: 1 } },
    ])("is cut off if it is a later one: $name", async ({ frame }) => {
      const frames = [0, 1, 2, 3].flatMap((disposal) => [still(7, 6, 4, disposal), { ...frame, disposal, delay: 7 }]);
      const source = buildGif({ ...opaque, width: 7, height: 6, frames: [...frames, { ...still(2, 2, 4), delay: 9 }] });

      const turned = decodeGif(source).turn(direction);

      expect(await shown(turned)).toEqual(turnedBySight(await shown(source), direction));
    });
  });

  it("has its rows put in order before it is cut off", () => {
    // Libvips cuts off first, and so shows the wrong rows.
    const gif = (interlaced: boolean) =>
      buildGif({ ...screen(7, 6, 4), frames: [still(7, 6, 4), { ...still(9, 20, 4), top: 1, interlaced }] });

    const turned = decodeGif(gif(true)).turn("clockwise");

    expect(turned).toEqual(decodeGif(gif(false)).turn("clockwise"));
  });

  it("becomes one transparent pixel, shown for as long, if nothing of it is seen", () => {
    const gif = screen(1, 1, 4);
    const empty = { ...still(0, 2), disposal: 2, delay: 300 };
    const outside = { ...still(5, 5), left: 1 };
    const source = buildGif({ ...gif, frames: [still(1, 1), empty, outside, still(1, 1)] });

    const turned = decodeGif(source).turn("clockwise");

    const unseen = { width: 1, height: 1, indexes: [0], codeSize: 2, transparent: 0, disposal: 1 };
    const frames = [still(1, 1), { ...unseen, delay: 300 }, { ...unseen, delay: 10 }, still(1, 1)];
    expect(turned).toEqual(buildGif({ ...gif, frames }));
  });
});

/** What a viewer sees of a GIF: its frames, each as red, green, blue and alpha of every pixel in hexadecimal digits. */
interface Shown {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly string[];
  readonly delays: readonly number[];
  readonly loop: number | undefined;
  readonly background: unknown;
}

async function shown(gif: Uint8Array): Promise<Shown> {
  const image = sharp(gif, { animated: true, failOn: "error" });
  const { pages = 1, delay = [], loop, background } = await image.metadata();
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const frameBytes = data.length / pages;
  const frames = Array.from({ length: pages }, (_, frame) =>
    data.toString("hex", frame * frameBytes, (frame + 1) * frameBytes),
  );
  return { width: info.width, height: info.height / pages, frames, delays: delay, loop, background };
}

function turnedBySight(source: Shown, direction: QuarterTurn): Shown {
  const { width, height } = source;
  const frames = source.frames.map((frame) => {
    const pixels = frame.match(/.{8}/g) ?? [];
    const turned = pixels.map((_, at) => {
      const [x, y] = [at % height, Math.floor(at / height)];
      return direction === "clockwise" ? pixels[(height - 1 - x) * width + y] : pixels[x * width + width - 1 - y];
    });
    return turned.join("");
  });
  return { ...source, width: height, height: width, frames };
}

function pictures(): { name: string; gif: BuiltGif }[] {
  const sides = [
    [1, 1],
    [1, 9],
    [13, 1],
    [16, 16],
    [37, 11],
    [11, 37],
  ] as const;
  const codeSizes = [2, 3, 4, 5, 6, 7, 8];
  const encodings = {
    compressed: compressedCodes,
    "never cleared": deferredClearCodes,
    uncompressed: uncompressedCodes,
  };
  const disposals = [0, 1, 2, 3, 4];
  return [
    ...sides.map(([width, height]) => ({
      name: `a still image of ${width} x ${height}`,
      gif: { ...screen(width, height, 16), frames: [{ ...still(width, height, 16), codeSize: 4 }] },
    })),
    // Enough noise to fill the code table many times, and enough of one colour for strings of hundreds of pixels.
    ...Object.entries(encodings).flatMap(([name, codes]) =>
      codeSizes.map((codeSize) => ({
        name: `${2 ** codeSize} colours, ${name}`,
        gif: {
          ...screen(120, 110, 2 ** codeSize),
          frames: [
            { ...still(120, 110, 2 ** codeSize), codeSize, codes },
            { ...still(120, 110, 1), codeSize, codes },
          ],
        },
      })),
    ),
    // Rows of the most bytes that there can be, several of them.
    {
      name: "the widest rows",
      gif: { ...screen(4, 65_535, 256), frames: [{ ...still(4, 65_535, 256), codeSize: 8 }] },
    },
    {
      name: "data that begin without a clear code",
      gif: {
        ...screen(9, 7, 16),
        frames: [{ ...still(9, 7, 16), codeSize: 4, codes: (...pixels) => compressedCodes(...pixels).slice(1) }],
      },
    },
    {
      name: "data with clear codes in a row",
      gif: {
        ...screen(9, 7, 16),
        frames: [
          {
            ...still(9, 7, 16),
            codeSize: 4,
            codes: (...pixels) => {
              const codes = compressedCodes(...pixels);
              return [...codes.slice(0, 1), ...codes];
            },
          },
        ],
      },
    },
    ...[1, 2, 3, 4, 5, 8, 9, 17].map((height) => ({
      name: `${height} interlaced rows`,
      gif: { ...screen(10, height, 16), frames: [{ ...still(10, height, 16), interlaced: true }] },
    })),
    ...disposals.map((disposal) => ({
      name: `frames of disposal ${disposal}`,
      gif: {
        ...screen(12, 8, 16),
        background: 5,
        frames: [
          { ...still(12, 8, 16, 1), disposal },
          { ...still(5, 3, 16, 2), left: 6, top: 1, disposal },
          { ...still(4, 6, 16, 3), left: 1, top: 2, disposal, transparent: 3 },
          { ...still(7, 2, 16, 4), left: 2, top: 5 },
        ],
      },
    })),
    {
      name: "palettes of all sizes",
      gif: {
        ...screen(9, 5, 4),
        frames: [1, 2, 3, 4, 5, 6, 7, 8].map((bits) => ({
          ...still(9, 5, 2 ** bits, bits),
          palette: colours(2 ** bits, bits),
          codeSize: Math.max(2, bits),
        })),
      },
    },
    {
      name: "frames that all bring their palette",
      gif: { width: 9, height: 5, frames: [1, 2].map((seed) => ({ ...still(9, 5, 8), palette: colours(8, seed) })) },
    },
    { name: "indexes without any palette", gif: { width: 9, height: 5, frames: [still(9, 5, 2)] } },
    {
      name: "frames with a delay and without",
      gif: {
        ...screen(3, 2, 4),
        frames: [still(3, 2, 4), ...[0, 1, 65_535].map((delay) => ({ ...still(3, 2, 4), delay }))],
      },
    },
  ];
}

/** A GIF of a few frames, in which chance decides all that may differ. */
function mixture(seed: number): BuiltGif {
  const chance = randomNumbers(seed);
  const pick = <Value>(...values: readonly [Value, ...Value[]]) => values[chance(values.length)] ?? values[0];
  const width = 1 + chance(40);
  const height = 1 + chance(40);
  const frames = Array.from({ length: 1 + chance(8) }, (_, index): BuiltFrame => {
    const left = index === 0 ? 0 : chance(width);
    const top = index === 0 ? 0 : chance(height);
    const bits = 1 + chance(8);
    const frameWidth = 1 + chance(width - left);
    const frameHeight = 1 + chance(height - top);
    return {
      ...still(frameWidth, frameHeight, 2 ** chance(bits + 1), chance(1000)),
      left,
      top,
      interlaced: pick(true, false),
      codeSize: Math.max(2, bits),
      codes: pick(compressedCodes, deferredClearCodes, uncompressedCodes),
      palette: colours(2 ** bits, chance(1000)),
      ...pick({}, { delay: chance(1000) }),
      ...pick({}, { disposal: chance(4) }),
      ...pick({}, { transparent: chance(2 ** bits) }),
    };
  });
  return {
    width,
    height,
    frames,
    background: chance(16),
    ...pick({}, { palette: colours(16, seed) }),
    ...pick({}, { repeats: chance(9) }),
  };
}

function screen(width: number, height: number, colourCount: number): Omit<BuiltGif, "frames"> {
  return { width, height, palette: colours(colourCount, colourCount) };
}

/** A frame of noise in the first colours of its palette. */
function still(width: number, height: number, colourCount = 2, seed = 0): BuiltFrame {
  return { width, height, indexes: noise(seed, width * height, colourCount) };
}

function colours(count: number, seed: number): number[] {
  return noise(seed, 3 * count, 256);
}

function noise(seed: number, length: number, below: number): number[] {
  const chance = randomNumbers(seed);
  return Array.from({ length }, () => chance(below));
}

/** Integers from 0 up to what is asked for, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
