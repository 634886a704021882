import { crc32 } from "node:zlib";
import { type MediaType, sniff } from "../../runtime/media-type.ts";

/** A part of an image file that says how long it is. */
export interface Piece {
  readonly content: Buffer;
  /** The whole piece with other content: its length and checksum fit again. */
  readonly frame: (content: Buffer) => Buffer;
}

export interface Pieces {
  /** What stands before the first piece. */
  readonly head: Buffer;
  readonly pieces: readonly Piece[];
}

type Take = (bytes: Buffer, at: number) => { readonly piece: Piece; readonly end: number } | undefined;

/** Where pieces begin, and how one is read, in each format that is made of them; TIFF is made of offsets. */
const SHAPES: Partial<Record<MediaType, { readonly start: number; readonly take: Take }>> = {
  "image/jpeg": { start: 2, take: takeSegment },
  "image/png": { start: 8, take: takePngChunk },
  "image/webp": { start: 12, take: takeRiffChunk },
  "image/gif": { start: 13, take: takeGifBlock },
  "image/avif": { start: 0, take: takeBox },
};

/** The pieces of an image, one after the other, and the rest as the last; none of what is no such image. */
export function piecesOf(bytes: Buffer): Pieces {
  const shape = SHAPES[sniff(bytes) ?? "image/tiff"];
  if (!shape || bytes.length < shape.start) return { head: bytes, pieces: [] };
  const pieces: Piece[] = [];
  let at = shape.start;
  for (let next = shape.take(bytes, at); next && next.end <= bytes.length; next = shape.take(bytes, at)) {
    pieces.push(next.piece);
    at = next.end;
  }
  return { head: bytes.subarray(0, shape.start), pieces: [...pieces, raw(bytes.subarray(at))] };
}

function raw(content: Buffer): Piece {
  return { content, frame: (changed) => changed };
}

/** A marker and its length, which counts itself; after the scan's header come bytes that no length counts. */
function takeSegment(bytes: Buffer, at: number) {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || bytes[at + 1] === 0xda) return undefined;
  const marker = bytes.subarray(at, at + 2);
  const end = at + 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  const frame = (content: Buffer) => Buffer.concat([marker, uint16BE(content.length + 2), content]);
  return { piece: { content: bytes.subarray(at + 4, end), frame }, end };
}

function takePngChunk(bytes: Buffer, at: number) {
  if (at + 12 > bytes.length) return undefined;
  const type = bytes.subarray(at + 4, at + 8);
  const length = bytes.readUInt32BE(at);
  const frame = (content: Buffer) => {
    const body = Buffer.concat([type, content]);
    return Buffer.concat([uint32BE(content.length), body, uint32BE(crc32(body))]);
  };
  return { piece: { content: bytes.subarray(at + 8, at + 8 + length), frame }, end: at + 12 + length };
}

function takeRiffChunk(bytes: Buffer, at: number) {
  if (at + 8 > bytes.length) return undefined;
  const type = bytes.subarray(at, at + 4);
  const length = bytes.readUInt32LE(at + 4);
  const frame = (content: Buffer) =>
    Buffer.concat([type, uint32LE(content.length), content, Buffer.alloc(content.length % 2)]);
  return { piece: { content: bytes.subarray(at + 8, at + 8 + length), frame }, end: at + 8 + length + (length % 2) };
}

function takeBox(bytes: Buffer, at: number) {
  if (at + 8 > bytes.length) return undefined;
  const length = bytes.readUInt32BE(at);
  if (length < 8) return undefined;
  const type = bytes.subarray(at + 4, at + 8);
  const frame = (content: Buffer) => Buffer.concat([uint32BE(content.length + 8), type, content]);
  return { piece: { content: bytes.subarray(at + 8, at + length), frame }, end: at + length };
}

/** A palette, an extension or a frame; sub-blocks say their own lengths, so a block is taken as it stands. */
function takeGifBlock(bytes: Buffer, at: number) {
  const end = endOfGifBlock(bytes, at);
  return end === undefined ? undefined : { piece: raw(bytes.subarray(at, end)), end };
}

function endOfGifBlock(bytes: Buffer, at: number): number | undefined {
  if (at === 13 && bytes.readUInt8(10) & 0x80) return at + paletteBytes(bytes.readUInt8(10));
  if (bytes[at] === 0x21) return endOfSubBlocks(bytes, at + 2);
  if (bytes[at] !== 0x2c || at + 10 > bytes.length) return undefined;
  const flags = bytes.readUInt8(at + 9);
  return endOfSubBlocks(bytes, at + 10 + (flags & 0x80 ? paletteBytes(flags) : 0) + 1);
}

function paletteBytes(flags: number): number {
  return 3 * 2 ** ((flags & 7) + 1);
}

function endOfSubBlocks(bytes: Buffer, start: number): number | undefined {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at < bytes.length ? at + 1 : undefined;
}

function uint16BE(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value % 0x10000);
  return bytes;
}

function uint32BE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint32LE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
