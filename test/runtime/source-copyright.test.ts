import readExif from "exif-reader";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { MediaType } from "../../runtime/media-type.ts";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { type OpenedSource, openSource } from "../../runtime/source.ts";
import { decodeImage } from "../support/decoded-image.ts";
import { type FixtureName, fixture, fixturesWith, OWNERS, PRIVATE_TEXT } from "../support/fixtures.ts";

/** The formats in which libvips both reads and writes EXIF. */
const WITH_EXIF: FixtureName[] = ["jpeg-gps", "png-gps", "webp-gps", "avif-gps"];
const CARRIERS: MediaType[] = ["image/jpeg", "image/png", "image/webp", "image/avif"];

const LAYOUT = { width: 2, height: 2, channels: 3 } as const;

/** Both ways to an output. */
const WAYS: [string, (source: OpenedSource, to?: MediaType) => Promise<Buffer>][] = [
  ["decoded", (source, to) => source.image(to).toBuffer()],
  ["made from pixels", (source, to) => source.fromPixels(new Uint8Array(12), LAYOUT, to).toBuffer()],
];

/** What an image says of its owners; nothing without EXIF. */
async function ownersOf(body: Buffer) {
  const { exif } = await sharp(body).metadata();
  const { Copyright, Artist } = (exif && readExif(exif).Image) || {};
  return exif && { Copyright, Artist };
}

describe.each(WAYS)("an image %s", (_, encode) => {
  it.each(WITH_EXIF)("has copyright and artist of %s, and nothing else of it", async (name) => {
    const source = await openSource(await fixture(name));

    const body = await encode(source);

    expect(await ownersOf(body)).toEqual(OWNERS);
    expect([(await decodeImage(body)).privateBlocks, body.includes(PRIVATE_TEXT)]).toEqual([[], false]);
  });

  it.each(CARRIERS)("has them as %s too", async (to) => {
    const source = await openSource(await fixture("jpeg-gps"));

    expect(await ownersOf(await encode(source, to))).toEqual(OWNERS);
  });

  it.each<MediaType>(["image/gif", "image/tiff"])("has none as %s, which libvips writes without EXIF", async (to) => {
    const source = await openSource(await fixture("jpeg-gps"));

    expect(await ownersOf(await encode(source, to))).toBeUndefined();
  });

  it.each(fixturesWith("private"))("has none of %s if it is not to keep them", async (name) => {
    const source = await openSource(await fixture(name), DEFAULT_INPUT_LIMITS, { keepCopyright: false });

    expect(await ownersOf(await encode(source))).toBeUndefined();
  });

  it.each<FixtureName>(["jpeg", "png", "webp", "avif", "jpeg-orientation-6"])(
    "has no EXIF for %s, which names nobody",
    async (name) => {
      const source = await openSource(await fixture(name));

      expect(await ownersOf(await encode(source))).toBeUndefined();
    },
  );
});

describe("a copy without metadata", () => {
  it("is not made of a source that names an owner whose name stays", async () => {
    const bytes = await fixture("jpeg-gps");

    const kept = await openSource(bytes);
    const dropped = await openSource(bytes, DEFAULT_INPUT_LIMITS, { keepCopyright: false });

    expect([kept.withoutMetadata(), dropped.withoutMetadata()]).toEqual([undefined, expect.any(Uint8Array)]);
  });
});

describe("an image of an owner", () => {
  it.each([
    ["Tom (Cat Press)", "Tom (Cat Press)"],
    ["Tom (a, b, c, d)", "Tom (a, b, c, d)"],
    ["(c)", "(c)"],
    // libvips writes ASCII, which is what EXIF asks for.
    ["\u00a9 J\u00fcrgen", "(C) Jurgen"],
  ])("says %s as %s", async (written, read) => {
    const jpeg = await sharp(await fixture("jpeg"))
      .withExif({ IFD0: { Artist: `${written} ()` } })
      .toBuffer();

    const body = await (await openSource(jpeg)).image().toBuffer();

    expect((await ownersOf(body))?.Artist).toBe(read);
  });
});
