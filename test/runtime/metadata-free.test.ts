import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { withoutMetadata } from "../../runtime/metadata-free.ts";
import { openSource } from "../../runtime/source.ts";
import { FIXTURES, type FixtureName, fixture, PRIVATE_TEXT } from "../support/fixtures.ts";
import { largestDifference } from "../support/pixels.ts";
import { decodePicture } from "../support/run.ts";

const COPIED = [
  ...([
    "jpeg",
    "jpeg-grey",
    "jpeg-progressive",
    "png",
    "png-alpha",
    "png-palette",
    "png-16-bit",
    "webp",
    "webp-alpha",
  ] as const),
  ...(["gif", "gif-alpha", "gif-animated", "gif-partial-frames", "webp-animated", "png-1x1", "webp-3000x2"] as const),
] as const satisfies FixtureName[];

const PRIVATE = ["jpeg-gps", "png-gps", "webp-gps", "gif-comment"] as const satisfies FixtureName[];

describe("a copy without metadata", () => {
  it.each([...COPIED, ...PRIVATE])("shows every pixel and frame of %s", async (name) => {
    const bytes = await fixture(name);

    const copy = await copyOf(name);

    const [before, after] = [await decodePicture(bytes), await decodePicture(copy)];
    expect(largestDifference(after, before)).toBe(0);
    expect([after.mediaType, after.delays, after.loop]).toEqual([before.mediaType, before.delays, before.loop]);
    expect(after.privateBlocks).toEqual([]);
  });

  it.each(PRIVATE)("leaves out what %s says of its photographer", async (name) => {
    expect((await fixture(name)).includes(PRIVATE_TEXT)).toBe(true);
    expect(Buffer.from(await copyOf(name)).includes(PRIVATE_TEXT)).toBe(false);
  });

  it.each(["jpeg", "png", "webp"] as const)("leaves out what follows the end of %s", async (name) => {
    const bytes = await fixture(name);

    const copy = withoutMetadata(
      Buffer.concat([bytes, Buffer.from(PRIVATE_TEXT)]),
      FIXTURES[name].mediaType ?? "image/png",
    );

    expect(copy && Buffer.from(copy).includes(PRIVATE_TEXT)).toBe(false);
  });

  it("leaves out a second image and the thumbnail in a JPEG's header", async () => {
    const jpeg = await fixture("jpeg");
    // JFIF's segment holds a thumbnail of 1 x 1 pixel.
    const jfif = Buffer.from([0xff, 0xe0, 0, 19, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 8, 7]);
    const comment = Buffer.from([0xff, 0xfe, 0, 4, 65, 66]);

    const copy = withoutMetadata(
      Buffer.concat([jpeg.subarray(0, 2), jfif, comment, jpeg.subarray(2), jpeg]),
      "image/jpeg",
    );

    expect([...(copy ?? [])].slice(0, 20)).toEqual([
      0xff,
      0xd8,
      0xff,
      0xe0,
      0,
      16,
      ...Buffer.from("JFIF\0"),
      1,
      1,
      0,
      0,
      1,
      0,
      1,
      0,
      0,
    ]);
    expect(copy?.length).toBeLessThan(jpeg.length + 20);
    expect(largestDifference(await decodePicture(copy ?? jpeg), await decodePicture(jpeg))).toBe(0);
  });

  it("tells browsers of no metadata that a WebP no longer has", async () => {
    const copy = await copyOf("webp-gps");

    const flags = copy[copy.indexOf(0x58) + 5] ?? 0;
    expect(Buffer.from(copy).toString("latin1", 12, 16)).toBe("VP8X");
    expect(flags & 0x2c).toBe(0);
  });

  it.each(["jpeg", "png", "webp"] as const)("is not made of half of %s", async (name) => {
    const bytes = await fixture(name);

    expect(
      withoutMetadata(bytes.subarray(0, bytes.length / 2), FIXTURES[name].mediaType ?? "image/png"),
    ).toBeUndefined();
  });

  it.each(["gAMA", "acTL"])("is not made of a PNG with %s, which browsers show otherwise", async (type) => {
    const png = await fixture("png");
    const chunk = Buffer.concat([Buffer.from([0, 0, 0, 0]), Buffer.from(type), Buffer.alloc(4)]);

    expect(withoutMetadata(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]), "image/png")).toBeUndefined();
  });
});

describe("a source's copy without metadata", () => {
  it.each(COPIED.filter((name) => name !== "png-16-bit"))("is there for %s", async (name) => {
    expect((await openSource(await fixture(name))).withoutMetadata()).toBeInstanceOf(Uint8Array);
  });

  it.each([
    ...(["jpeg-orientation-6", "png-orientation-6", "webp-orientation-6", "jpeg-p3", "png-p3", "webp-p3"] as const),
    ...(["jpeg-cmyk", "avif", "tiff"] as const),
  ])("is not there for %s, which looks other than its numbers say, or is taken apart by nobody", async (name) => {
    expect((await openSource(await fixture(name))).withoutMetadata()).toBeUndefined();
  });

  it("is there for a profile that is sRGB itself", async () => {
    const source = await openSource(
      await sharp(await fixture("jpeg"))
        .keepIccProfile()
        .withIccProfile("srgb")
        .jpeg()
        .toBuffer(),
    );

    const copy = source.withoutMetadata() ?? new Uint8Array();

    expect((await sharp(copy).metadata()).icc).toBeUndefined();
  });

  it("is not there for an animation of which only the first frame is read", async () => {
    const source = await openSource(await fixture("gif-animated"), {
      sourceBytes: 1e6,
      sourcePixels: 1e6,
      sourceFrames: 2,
      outputPixels: 1e6,
    });

    expect(source.frames).toBe(1);
    expect(source.withoutMetadata()).toBeUndefined();
  });
});

async function copyOf(name: FixtureName): Promise<Uint8Array> {
  const { mediaType } = FIXTURES[name];
  const copy = mediaType && withoutMetadata(await fixture(name), mediaType);
  if (!copy) throw new TypeError(`Expected a copy of ${name}, received nothing.`);
  return copy;
}
