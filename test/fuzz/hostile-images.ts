import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";

/** Small files that want much memory or time, by what they are. Those over a limit come first. */
export const HOSTILE_IMAGES = {
  "jpeg of 100 megapixels": () => flat(10_000, 10_000).jpeg().toBuffer(),
  "png of 100 megapixels": () => flat(10_000, 10_000).png().toBuffer(),
  "interlaced png of 100 megapixels": () => flat(10_000, 10_000).png({ progressive: true }).toBuffer(),
  "tiff of 100 megapixels": () => flat(10_000, 10_000).tiff({ compression: "deflate" }).toBuffer(),
  "gif that says it is 65535 pixels a side": async () => forgedGif(),
  "png that says it is 2147483647 pixels a side": async () => png(2 ** 31 - 1, 2 ** 31 - 1, Buffer.alloc(100)),
  "tiff with a tile of 60000 pixels a side": async () => forgedTiff(),
  "png with 500 MB of compressed text": async () => withChunk(await flat(16, 16).png().toBuffer(), "zTXt", textBomb()),
  "png with 500 MB of compressed profile": async () =>
    withChunk(await flat(16, 16).png().toBuffer(), "iCCP", textBomb()),
  "jpeg with 2000 scans": () => manyScans(2_000),
  "jpeg of 49 megapixels": () => flat(7_000, 7_000).jpeg().toBuffer(),
  "progressive jpeg of 49 megapixels": () => flat(7_000, 7_000).jpeg({ progressive: true }).toBuffer(),
  "jpeg of 49 megapixels that is turned by its EXIF": () =>
    flat(7_000, 7_000).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
  "png of 49 megapixels with alpha": () => flat(7_000, 7_000).ensureAlpha(0.5).png().toBuffer(),
  "png of 49 megapixels with 16 bits and alpha": () =>
    flat(7_000, 7_000).ensureAlpha(0.5).toColourspace("rgb16").png().toBuffer(),
  "interlaced png of 49 megapixels": () => flat(7_000, 7_000).png({ progressive: true }).toBuffer(),
  "webp of 49 megapixels": () => flat(7_000, 7_000).webp({ effort: 0 }).toBuffer(),
  "tiff of 49 megapixels": () => flat(7_000, 7_000).tiff({ compression: "deflate" }).toBuffer(),
  "gif of 49 megapixels": () => flat(7_000, 7_000).gif().toBuffer(),
  "gif of 1000 frames and 49 megapixels": () => animation(220, 220, 1_000, "gif"),
  "webp of 1000 frames and 49 megapixels": () => animation(220, 220, 1_000, "webp"),
  "gif of 20000 frames": async () => tinyFrames(20_000, 16),
  "gif of 1000 frames on a canvas of 49 megapixels": async () => tinyFrames(1_000, 7_000),
} as const satisfies Record<string, () => Promise<Buffer>>;

export type HostileImage = keyof typeof HOSTILE_IMAGES;

export const HOSTILE_NAMES = Object.keys(HOSTILE_IMAGES) as readonly HostileImage[];

const BOMB_BYTES = 500_000_000;

function flat(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: "#336699" }, limitInputPixels: false });
}

async function animation(width: number, height: number, frames: number, format: "gif" | "webp"): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * frames * 3);
  // Encoders make one of neighbours that are alike.
  for (let frame = 1; frame < frames; frame += 2)
    pixels.fill(255, frame * width * height * 3, (frame + 1) * width * height * 3);
  const raw = { width, height: height * frames, channels: 3, pageHeight: height } as const;
  return sharp(pixels, { raw, limitInputPixels: false })
    .toFormat(format, { effort: format === "gif" ? 1 : 0 })
    .toBuffer();
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function png(width: number, height: number, rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([PNG_SIGNATURE, ...chunks]);
}

/** A name, a null, the method of compression, and then what it takes little to write. */
function textBomb(): Buffer {
  return Buffer.concat([Buffer.from("Comment\0\0"), deflateSync(Buffer.alloc(BOMB_BYTES))]);
}

/** Puts a chunk behind the header, which is the first. */
function withChunk(bytes: Buffer, type: string, content: Buffer): Buffer {
  const end = 8 + 25;
  return Buffer.concat([bytes.subarray(0, end), chunk(type, content), bytes.subarray(end)]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Repeats the last scan of a progressive JPEG, each of which goes over all pixels. */
async function manyScans(count: number): Promise<Buffer> {
  const bytes = await flat(4_000, 4_000).jpeg({ progressive: true }).toBuffer();
  const [scan, end] = [bytes.lastIndexOf(Buffer.of(0xff, 0xda)), bytes.length - 2];
  const last = bytes.subarray(scan, end);
  return Buffer.concat([bytes.subarray(0, end), ...Array<Buffer>(count).fill(last), bytes.subarray(end)]);
}

function forgedGif(): Buffer {
  return Buffer.concat([
    Buffer.from("GIF89a"),
    Buffer.of(0xff, 0xff, 0xff, 0xff, 0x80, 0, 0),
    Buffer.alloc(6),
    tinyFrame(0),
    Buffer.of(0x3b),
  ]);
}

function tinyFrames(count: number, side: number): Buffer {
  const header = Buffer.from("GIF89a\0\0\0\0\x80\0\0", "latin1");
  header.writeUInt16LE(side, 6);
  header.writeUInt16LE(side, 8);
  const frames = Array.from({ length: count }, (_, index) => tinyFrame(index % side));
  return Buffer.concat([header, Buffer.of(0, 0, 0, 255, 255, 255), ...frames, Buffer.of(0x3b)]);
}

/** One pixel: a clear code, a colour, the end. */
function tinyFrame(left: number): Buffer {
  return Buffer.of(0x21, 0xf9, 4, 4, 5, 0, 0, 0, 0x2c, left & 0xff, left >> 8, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0);
}

/** An image of 100 by 100 pixels in one tile that is far larger, of which nothing is there. */
function forgedTiff(): Buffer {
  const fields = [
    [256, 100],
    [257, 100],
    [258, 8],
    [259, 1],
    [262, 1],
    [277, 1],
    [322, 60_000],
    [323, 60_000],
    [324, 8],
    [325, 100],
  ] as const;
  const head = Buffer.from("II*\0\x6c\0\0\0", "latin1");
  const directory = Buffer.alloc(2 + 12 * fields.length + 4);
  directory.writeUInt16LE(fields.length, 0);
  fields.forEach(([tag, value], index) => {
    const at = 2 + 12 * index;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(4, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  return Buffer.concat([head, Buffer.alloc(100), directory]);
}
