import { PipelineError } from "../errors.ts";
import { BlockReader } from "./block-reader.ts";
import { corrupt } from "./corrupt.ts";
import { decompress } from "./decompress.ts";
import type { GifFile, GifFrame, Plane } from "./gif-file.ts";

export interface GifLimits {
  /** How many frames are read; the others are left out. */
  readonly frames?: number;
  /** The most pixels that the frames may have together. */
  readonly pixels?: number;
}

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
const INTERLACED = 0x40;
const TRANSPARENT = 0x01;
const DISPOSAL_KEEP = 1 << 2;
const MAX_SIDE = 65_535;

/** The applications whose extension holds the loop count; browsers read both. */
const LOOP_APPLICATIONS = ["NETSCAPE2.0", "ANIMEXTS1.0"];

/** Which rows an interlaced frame holds first, second, third and last. */
const PASSES = [
  { first: 0, step: 8 },
  { first: 4, step: 8 },
  { first: 2, step: 4 },
  { first: 1, step: 2 },
];

/** Reads the frames of a GIF up to its end, or up to the first byte that begins no block, as browsers do. */
export function readGif(
  bytes: Uint8Array,
  { frames: maxFrames = Infinity, pixels: maxPixels = Infinity }: GifLimits,
): GifFile {
  const reader = new BlockReader(bytes);
  const signature = reader.text(6);
  if (signature !== "GIF87a" && signature !== "GIF89a") throw corrupt("a GIF", "other bytes");
  const screen: Screen = { width: reader.uint16(), height: reader.uint16() };
  const flags = reader.byte();
  const background = reader.byte();
  const aspect = reader.byte();
  const palette = reader.palette(flags);
  const frames: GifFrame[] = [];
  let repeats: number | undefined;
  let control: Uint8Array | undefined;
  let pixels = 0;

  while (frames.length < maxFrames && !reader.atEnd) {
    const block = reader.byte();
    if (block === EXTENSION) {
      const label = reader.byte();
      const extension = reader.subBlocks();
      if (label === GRAPHIC_CONTROL) control = readControl(extension);
      if (label === APPLICATION) repeats = readRepeats(extension) ?? repeats;
    } else if (block === IMAGE) {
      const image = readImage(reader, control);
      pixels += image.width * image.height;
      if (pixels > maxPixels) throw tooManyPixels(pixels, maxPixels);
      // The first frame makes room for itself, later ones are cut off: so do browsers and libvips.
      if (frames.length === 0) growScreen(screen, image);
      frames.push(decodeFrame(image, screen));
      control = undefined;
    } else break;
  }

  if (frames.length === 0) throw corrupt("a GIF with frames", "one without");
  return { ...screen, flags, background, aspect, palette, repeats, frames };
}

/** A frame as its descriptor has it, its pixels still compressed, in sub-blocks. */
type Image = Omit<GifFrame, keyof Plane> & Pick<Plane, "width" | "height" | "codeSize"> & { readonly data: Uint8Array };

type Screen = { width: number; height: number };

function readImage(reader: BlockReader, control: Uint8Array | undefined): Image {
  const left = reader.uint16();
  const top = reader.uint16();
  const width = reader.uint16();
  const height = reader.uint16();
  const flags = reader.byte();
  const palette = reader.palette(flags);
  const codeSize = reader.byte();
  const data = reader.data();
  return { left, top, width, height, flags, palette, control, codeSize, data };
}

function growScreen(screen: Screen, { left, top, width, height }: Image): void {
  screen.width = Math.max(screen.width, left + width);
  screen.height = Math.max(screen.height, top + height);
  if (screen.width === 0 || screen.height === 0 || screen.width > MAX_SIDE || screen.height > MAX_SIDE) {
    throw corrupt(`sides of 1 to ${MAX_SIDE} pixels`, `${screen.width} x ${screen.height}`);
  }
}

function decodeFrame({ data, ...image }: Image, screen: Screen): GifFrame {
  const width = Math.min(image.width, screen.width - image.left);
  const height = Math.min(image.height, screen.height - image.top);
  if (width <= 0 || height <= 0) return unseen(image);
  const stored = decompress(data, image.codeSize, image.width * image.height);
  const indexes = image.flags & INTERLACED ? deinterlace(stored, image.width, image.height) : stored;
  return { ...image, width, height, indexes, origin: 0, across: 1, down: image.width };
}

function deinterlace(stored: Uint8Array, width: number, height: number): Uint8Array {
  const indexes = new Uint8Array(stored.length);
  let read = 0;
  for (const { first, step } of PASSES) {
    for (let y = first; y < height; y += step) {
      indexes.set(stored.subarray(read, read + width), y * width);
      read += width;
    }
  }
  return indexes;
}

/** A frame without a pixel on the screen still takes its time. One transparent pixel does so in every decoder. */
function unseen(image: Omit<Image, "data">): GifFrame {
  // Decoders show a frame without a delay for 100 ms.
  const [, low = 10, high = 0] = image.control ?? [];
  return {
    ...image,
    left: 0,
    top: 0,
    width: 1,
    height: 1,
    control: Uint8Array.of(DISPOSAL_KEEP | TRANSPARENT, low, high, 0),
    codeSize: 2,
    indexes: Uint8Array.of(0),
    origin: 0,
    across: 1,
    down: 1,
  };
}

function readControl([fields]: readonly Uint8Array[]): Uint8Array | undefined {
  return fields && fields.length >= 4 ? fields.subarray(0, 4) : undefined;
}

function readRepeats([application, data]: readonly Uint8Array[]): number | undefined {
  const [id, low, high] = data ?? [];
  if (!LOOP_APPLICATIONS.includes(String.fromCharCode(...(application ?? [])))) return undefined;
  return id === 1 && low !== undefined && high !== undefined ? low | (high << 8) : undefined;
}

function tooManyPixels(pixels: number, limit: number): PipelineError {
  return new PipelineError(
    "SOURCE_TOO_MANY_PIXELS",
    `Expected frames of at most ${limit} pixels together, received ${pixels}.`,
  );
}
