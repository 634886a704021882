import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Each byte is stored as its difference to that of the pixel at its left, which photographs need (PNG 3rd edition, 9.2). */
const SUB = 1;

interface Image {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel. */
  readonly pixels: Uint8Array;
}

/** A PNG of opaque pixels. The one encoder at hand belongs to sources, and a sheet may have none that decodes. */
export function encodePng({ width, height, pixels }: Image): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a channel, in colour.
  header.set([8, 2, 0, 0, 0], 8);
  const rowBytes = 3 * width;
  const rows = Buffer.alloc(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1);
    rows[start] = SUB;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      rows[start + 1 + x] = (pixels[at] ?? 0) - (x < 3 ? 0 : (pixels[at - 3] ?? 0));
    }
  }
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND")]);
}

function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)]);
}
