import { compress } from "./compress.ts";
import type { GifFile, GifFrame } from "./gif-file.ts";

/** A GIF of the frames, row after row. Extensions are written for what the file holds, and for nothing else. */
export function writeGif(file: GifFile): Uint8Array {
  return Buffer.concat([
    Buffer.from("GIF89a", "latin1"),
    Uint8Array.of(...uint16(file.width), ...uint16(file.height), file.flags, file.background, file.aspect),
    file.palette,
    ...loopExtension(file.repeats),
    ...file.frames.flatMap(frameBlocks),
    Uint8Array.of(0x3b),
  ]);
}

function loopExtension(repeats: number | undefined): Uint8Array[] {
  if (repeats === undefined) return [];
  return [
    Uint8Array.of(0x21, 0xff, 11),
    Buffer.from("NETSCAPE2.0", "latin1"),
    Uint8Array.of(3, 1, ...uint16(repeats), 0),
  ];
}

function frameBlocks(frame: GifFrame): Uint8Array[] {
  const { left, top, width, height, control, palette } = frame;
  // No longer interlaced.
  const flags = frame.flags & ~0x40;
  return [
    control ? Uint8Array.of(0x21, 0xf9, 4, ...control, 0) : new Uint8Array(),
    Uint8Array.of(0x2c, ...[left, top, width, height].flatMap(uint16), flags),
    palette,
    ...compress(frame),
  ];
}

function uint16(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
