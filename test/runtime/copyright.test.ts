import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readCopyright } from "../../runtime/copyright.ts";
import { fixture, OWNERS } from "../support/fixtures.ts";

interface Field {
  readonly tag: number;
  readonly type?: number;
  readonly text: Uint8Array;
}

const COPYRIGHT = 0x8298;
const ARTIST = 0x013b;

/** A block of EXIF with one directory of texts. */
function exifOf(fields: readonly Field[], { order = "II", header = "" } = {}): Buffer {
  const isLittle = order === "II";
  const texts = 8 + 2 + 12 * fields.length + 4;
  const block = Buffer.alloc(texts + fields.reduce((sum, { text }) => sum + text.length, 0));
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  block.write(order, "latin1");
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, 8, isLittle);
  view.setUint16(8, fields.length, isLittle);
  let end = texts;
  for (const [index, { tag, type = 2, text }] of fields.entries()) {
    const entry = 10 + 12 * index;
    view.setUint16(entry, tag, isLittle);
    view.setUint16(entry + 2, type, isLittle);
    view.setUint32(entry + 4, text.length, isLittle);
    if (text.length <= 4) block.set(text, entry + 8);
    else view.setUint32(entry + 8, end, isLittle);
    block.set(text, end);
    end += text.length;
  }
  return Buffer.concat([Buffer.from(header, "latin1"), block]);
}

const utf8 = (text: string) => Buffer.from(text);

describe("the copyright in a block of EXIF", () => {
  it.each([{ order: "II" }, { order: "MM" }, { order: "MM", header: "Exif\0\0" }, { header: "Exif\0\0" }])(
    "is read in either order of bytes, with and without a header: %j",
    (form) => {
      const exif = exifOf(
        [
          { tag: 0x010e, text: utf8("A cat.\0") },
          { tag: ARTIST, text: utf8("Ann\0") },
          { tag: COPYRIGHT, text: utf8("(c) Tom\0") },
        ],
        form,
      );

      expect(readCopyright(exif)).toEqual({ Artist: "Ann", Copyright: "(c) Tom" });
    },
  );

  it("is what libvips wrote", async () => {
    const { exif } = await sharp(await fixture("jpeg-gps")).metadata();

    expect(readCopyright(exif ?? Buffer.of())).toEqual(OWNERS);
  });

  it.each([
    ["UTF-8", utf8("\u00a9 J\u00fcrgen \u65e5\u672c\0"), "\u00a9 J\u00fcrgen \u65e5\u672c"],
    ["Latin-1", Buffer.from("\u00a9 J\u00fcrgen\0", "latin1"), "\u00a9 J\u00fcrgen"],
    ["a text without its end", utf8("Ann Artist"), "Ann Artist"],
    ["four bytes", utf8("Ann\0"), "Ann"],
    ["photographer and editor", utf8("Ann\0Tom\0"), "Ann, Tom"],
    ["an editor alone", utf8(" \0Tom\0"), "Tom"],
    ["lines", utf8("Ann\r\n\tArtist \0"), "Ann Artist"],
    ["a long text", utf8(`${"a".repeat(10_000)}\0`), "a".repeat(500)],
    ["a long text of many bytes", utf8("\u{1f408}".repeat(10_000)), "\u{1f408}".repeat(500)],
    ["a long text that is cut within a character", utf8(`a${"\u65e5".repeat(10_000)}`), `a${"\u65e5".repeat(499)}`],
  ])("may be %s", (_, text, expected) => {
    expect(readCopyright(exifOf([{ tag: COPYRIGHT, text }]))).toEqual({ Copyright: expected });
  });

  it("may be of the type for UTF-8", () => {
    expect(readCopyright(exifOf([{ tag: ARTIST, type: 129, text: utf8("J\u00fcrgen") }]))).toEqual({
      Artist: "J\u00fcrgen",
    });
  });

  it.each([
    ["blank", exifOf([{ tag: COPYRIGHT, text: utf8("      \0") }])],
    ["no text", exifOf([{ tag: COPYRIGHT, type: 3, text: utf8("Ann Artist") }])],
    ["not there", exifOf([{ tag: 0x010e, text: utf8("A cat.\0") }])],
    ["in no directory", exifOf([])],
    ["of no order", exifOf([{ tag: ARTIST, text: utf8("Ann Artist") }], { order: "XX" })],
    ["in an empty block", Buffer.of()],
    ["in two bytes", utf8("II")],
    ["in other bytes", Buffer.alloc(1_000, 0xff)],
  ])("is none if it is %s", (_, exif) => {
    expect(readCopyright(exif)).toEqual({});
  });

  it("is no failure wherever the block is cut or wrong", () => {
    const exif = exifOf([
      { tag: ARTIST, text: utf8("Ann Artist\0") },
      { tag: COPYRIGHT, text: utf8("(c) Tom\0") },
    ]);
    const broken = Array.from(exif, (_, at) => [
      exif.subarray(0, at),
      Buffer.from(exif).fill(0xff, at, Math.min(at + 4, exif.length)),
    ]).flat();

    const found = broken.map((block) => readCopyright(block));

    expect(found.flatMap(Object.keys).filter((name) => !["Artist", "Copyright"].includes(name))).toEqual([]);
  });

  it("costs little in a block that was made to be costly", () => {
    const fields = Array.from({ length: 5_000 }, (_, index) => ({ tag: 0x9000 + index, type: 1, text: utf8("x") }));
    const exif = exifOf(fields);
    for (let entry = 10; entry < 10 + 12 * fields.length; entry += 12) exif.writeUInt32LE(60_000, entry + 4);

    const before = process.memoryUsage().heapUsed;
    const found = readCopyright(exif);

    expect([found, process.memoryUsage().heapUsed - before < 10_000_000]).toEqual([{}, true]);
  });
});
