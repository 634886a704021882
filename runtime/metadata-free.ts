import { readGif } from "./gif/decode.ts";
import { writeGif } from "./gif/encode.ts";
import type { MediaType } from "./media-type.ts";

/**
 * A copy of an encoded image without what is no part of the picture, its compressed pixels as they are; `undefined` if the
 * format is not taken apart here, or if the file is not what it should be. Colour profiles go too: that they don't matter is
 * for the caller to know.
 */
export function withoutMetadata(bytes: Uint8Array, mediaType: MediaType): Uint8Array | undefined {
  const parts = PARTS[mediaType]?.(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return parts && Buffer.concat(parts);
}

/** How a format's files are taken apart, and which parts stay. */
const PARTS: Readonly<Partial<Record<MediaType, (file: Buffer) => Uint8Array[] | undefined>>> = {
  "image/jpeg": partsOfJpeg,
  "image/png": partsOfPng,
  "image/webp": partsOfWebp,
  "image/gif": (file) => [writeGif(readGif(file, {}))],
};

/** Markers of JPEG (ITU-T T.81, table B.1). */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;

/** JFIF's segment without its thumbnail: marker, length, name and version, density. */
const JFIF_BYTES = 18;

function partsOfJpeg(file: Buffer): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [file.subarray(0, 2)];
  for (let at = 2; at + 4 <= file.length && file[at] === 0xff; ) {
    const marker = file[at + 1] ?? 0;
    // Any number of fill bytes may precede a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + file.readUInt16BE(at + 2);
    const segment = file.subarray(at, end);
    if (marker === APP0 && segment.toString("latin1", 4, 9) === "JFIF\0") {
      const jfif = Buffer.from(segment.subarray(0, JFIF_BYTES));
      if (jfif.length < JFIF_BYTES) return undefined;
      jfif.writeUInt16BE(JFIF_BYTES - 2, 2);
      jfif.writeUInt16BE(0, JFIF_BYTES - 2);
      parts.push(jfif);
      // Adobe's segment says in which colours the numbers are.
    } else if (marker === APP14 || !((marker >= APP0 && marker <= APP15) || marker === COMMENT)) parts.push(segment);
    at = end;
    if (marker !== SOS) continue;
    const next = endOfScan(file, end);
    parts.push(file.subarray(end, next));
    at = next;
    // What follows is another image, or no image at all.
    if (file[at + 1] === EOI) return [...parts, Uint8Array.of(0xff, EOI)];
  }
  return undefined;
}

/** The position of the marker that ends a scan: one that is neither an escaped 0xff nor a restart. */
function endOfScan(file: Buffer, start: number): number {
  for (let at = file.indexOf(0xff, start); at >= 0; at = file.indexOf(0xff, at + 1)) {
    const marker = file[at + 1] ?? EOI;
    if (marker !== 0 && marker !== 0xff && (marker < 0xd0 || marker >= SOI)) return at;
  }
  return file.length;
}

/** The chunks that a picture consists of (https://www.w3.org/TR/png-3/#4Concepts.FormatChunks). */
const PNG_CHUNKS = ["IHDR", "PLTE", "tRNS", "sRGB", "IDAT", "IEND"];
/** With these a browser shows other colours than libvips reads, or an animation. */
const PNG_CHANGES = ["cICP", "gAMA", "cHRM", "acTL"];

function partsOfPng(file: Buffer): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [file.subarray(0, 8)];
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 12 + file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    if (PNG_CHANGES.includes(type)) return undefined;
    if (PNG_CHUNKS.includes(type)) parts.push(file.subarray(at, end));
    if (type === "IEND") return parts;
    at = end;
  }
  return undefined;
}

/** The chunks that a picture consists of (https://developers.google.com/speed/webp/docs/riff_container). */
const WEBP_CHUNKS = ["VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"];
/** The flags of an ICC profile, of EXIF and of XMP. */
const WEBP_METADATA = 0x20 | 0x08 | 0x04;

function partsOfWebp(file: Buffer): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [];
  const fileEnd = Math.min(file.length, 8 + file.readUInt32LE(4));
  for (let at = 12; at + 8 <= fileEnd; ) {
    const size = file.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    if (end > file.length) return undefined;
    const type = file.toString("latin1", at, at + 4);
    const chunk = Buffer.from(file.subarray(at, end));
    if (type === "VP8X") chunk[8] = (chunk[8] ?? 0) & ~WEBP_METADATA;
    if (WEBP_CHUNKS.includes(type)) parts.push(chunk);
    at = end;
  }
  const header = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  header.writeUInt32LE(4 + parts.reduce((sum, part) => sum + part.length, 0), 4);
  return parts.length > 0 ? [header, ...parts] : undefined;
}
