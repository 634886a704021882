import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sniff } from "../../runtime/media-type.ts";
import {
  CORNERS,
  cornersOf,
  FIXTURE_NAMES,
  FIXTURES,
  type FixtureName,
  fixture,
  fixturesWith,
  PRIVATE_TEXT,
} from "./fixtures.ts";

const WHOLE = FIXTURE_NAMES.filter((name) => !FIXTURES[name].traits.includes("broken"));

/** Grey scenes have no colours to tell their corners by, and extreme ones no room. */
const WITH_CORNERS = WHOLE.filter(
  (name) => !FIXTURES[name].traits.some((trait) => ["grey", "tiny", "tall", "wide"].includes(trait)),
);

const DAMAGED = fixturesWith("broken").filter((name) => FIXTURES[name].mediaType);

describe("a fixture", () => {
  it.each(FIXTURE_NAMES)("%s begins with the signature of its media type", async (name) => {
    expect(sniff(await fixture(name))).toBe(FIXTURES[name].mediaType);
  });

  it.each(FIXTURE_NAMES)("%s is made of the same bytes each time", async (name) => {
    const again = await FIXTURES[name].make();

    expect(again.equals(await fixture(name))).toBe(true);
  });

  it.each(WHOLE)("%s has the size, frames, delays and loop that its row says", async (name) => {
    const { width, height, frames, delays, loop, mediaType } = FIXTURES[name];

    const metadata = await sharp(await fixture(name), { pages: mediaType === "image/tiff" ? 1 : -1 }).metadata();

    expect({
      width: metadata.autoOrient.width,
      height: metadata.pageHeight ?? metadata.autoOrient.height,
      frames: metadata.pages && mediaType !== "image/tiff" ? metadata.pages : 1,
      delays: (metadata.pages ?? 1) > 1 ? (metadata.delay ?? []) : [],
      loop: metadata.loop ?? 0,
    }).toEqual({ width, height, frames, delays, loop });
  });

  it.each(WITH_CORNERS)("%s shows the scene's corners where a viewer expects them", async (name) => {
    expect(await cornersOf(await fixture(name))).toEqual(CORNERS);
  });

  it.each<[FixtureName, object]>([
    ["jpeg-progressive", { isProgressive: true }],
    ["jpeg-grey", { space: "b-w", channels: 1 }],
    ["jpeg-cmyk", { space: "cmyk", channels: 4 }],
    ["png-16-bit", { depth: "ushort", channels: 3 }],
    ["tiff-16-bit", { depth: "ushort", channels: 3 }],
    ["tiff-cmyk", { space: "cmyk", channels: 4 }],
    ["jpeg-maker-note", { exif: expect.any(Buffer) }],
    ["jpeg-odd-icc", { icc: expect.any(Buffer) }],
    ["png-palette", { isPalette: true }],
    ["png-grey", { space: "b-w", channels: 1 }],
    ["png-interlaced", { isProgressive: true }],
    ["png-alpha", { hasAlpha: true, channels: 4 }],
    ["webp-alpha", { hasAlpha: true }],
    ["gif-alpha", { hasAlpha: true }],
    ["avif-alpha", { hasAlpha: true }],
    ["tiff-alpha", { hasAlpha: true }],
    ["tiff-pages", { pages: 3 }],
    ["jpeg-p3", { hasProfile: true }],
    ["jpeg-orientation-6", { width: 64, height: 96, orientation: 6 }],
    ["gif-interlaced", { isProgressive: true }],
    ["jpeg-gps", { exif: expect.any(Buffer), xmp: expect.any(Buffer) }],
    ["tiff-xmp", { xmp: expect.any(Buffer) }],
  ])("%s has the trait that it is for", async (name, expected) => {
    expect(await sharp(await fixture(name)).metadata()).toMatchObject(expected);
  });

  it.each(fixturesWith("private"))("%s holds a text that no output may hold", async (name) => {
    expect((await fixture(name)).includes(PRIVATE_TEXT)).toBe(true);
  });

  it.each(DAMAGED)("%s does not decode", async (name) => {
    const decoding = sharp(await fixture(name), { failOn: "error", limitInputPixels: 50_000_000 }).stats();

    await expect(decoding).rejects.toThrow();
  });

  it("is the caller's own to change", async () => {
    (await fixture("png")).fill(0);

    expect(sniff(await fixture("png"))).toBe("image/png");
  });
});
