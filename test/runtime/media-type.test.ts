import { describe, expect, it } from "vitest";
import { ALL_MEDIA_TYPES, isMediaType, MEDIA_TYPES, sniff } from "../../runtime/media-type.ts";
import { FIXTURE_NAMES, FIXTURES, fixture } from "../support/fixtures.ts";

/** An ISO base media file's first box, with its brands. */
const ftyp = (major: string, ...compatible: string[]) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 16 + 4 * compatible.length]),
    Buffer.from(`ftyp${major}\0\0\0\0${compatible.join("")}`, "latin1"),
  ]);

const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("sniffing", () => {
  it.each(FIXTURE_NAMES)("tells what %s is", async (name) => {
    expect(sniff(await fixture(name))).toBe(FIXTURES[name].mediaType);
  });

  it.each([
    ["a JPEG that begins with EXIF", latin1("\xff\xd8\xff\xe1"), "image/jpeg"],
    ["a GIF of 1987", latin1("GIF87a\x01\0"), "image/gif"],
    ["a TIFF from a little end", latin1("II*\0"), "image/tiff"],
    ["a TIFF from a big end", latin1("MM\0*"), "image/tiff"],
    ["a BigTIFF from a little end", latin1("II+\0"), "image/tiff"],
    ["a BigTIFF from a big end", latin1("MM\0+"), "image/tiff"],
    ["an AVIF", ftyp("avif", "mif1", "miaf"), "image/avif"],
    ["an animated AVIF", ftyp("avis", "msf1"), "image/avif"],
    ["an AVIF of another major brand", ftyp("mif1", "miaf", "avif"), "image/avif"],
  ])("tells %s by its first bytes", (_, head, mediaType) => {
    expect(sniff(head)).toBe(mediaType);
  });

  it.each([
    ["no bytes", latin1("")],
    ["one byte", latin1("\xff")],
    ["half a signature", latin1("\x89PNG")],
    ["a HEIC photo", ftyp("heic", "mif1", "heic")],
    ["a film", ftyp("isom", "avc1", "mp41")],
    ["a sound in a RIFF", latin1("RIFF\x24\0\0\0WAVEfmt ")],
    ["an unknown GIF", latin1("GIF90a")],
    ["an SVG", latin1('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["a PDF", latin1("%PDF-1.7")],
    ["a bitmap", latin1("BM\x46\0\0\0")],
    ["a portable pixmap", latin1("P6\n1 1\n255\nabc")],
    ["a signature that comes late", latin1(`${"\0".repeat(100)}\xff\xd8\xff`)],
  ])("tells that %s is no image to read", (_, head) => {
    expect(sniff(head)).toBeUndefined();
  });
});

describe("the table of media types", () => {
  it("gives no extension to two of them", () => {
    const extensions = ALL_MEDIA_TYPES.flatMap((mediaType) => [...MEDIA_TYPES[mediaType].extensions]);

    expect(extensions).toEqual([...new Set(extensions)]);
  });

  it.each(["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/tiff"])("knows %s", (name) => {
    expect(isMediaType(name)).toBe(true);
  });

  it.each(["image/svg+xml", "image/jpg", "IMAGE/PNG", "toString", "", undefined, 7])("does not know %j", (name) => {
    expect(isMediaType(name)).toBe(false);
  });
});
