import { notePixels } from "./encoded.ts";
import { type GifLimits, readGif } from "./gif/decode.ts";
import { writeGif } from "./gif/encode.ts";
import type { GifFile, GifFrame } from "./gif/gif-file.ts";

export type { GifLimits } from "./gif/decode.ts";

/** A turn by 90 degrees, as seen by the viewer. */
export type QuarterTurn = "clockwise" | "counterclockwise";

/** The frames of a GIF as palette indexes: they turn without loss, since no colour is computed. */
export interface GifImage {
  /**
   * A whole GIF, turned: each frame looks as it did, for as long. Palettes, transparency, delays, disposals and the loop
   * count are the source's. Comments, XMP, ICC profiles and all other extensions are left out, since they may be private.
   */
  turn(direction: QuarterTurn): Uint8Array;
}

/**
 * Decodes a GIF once, for any number of turns; keeps a byte for each pixel of each frame. Throws a `PipelineError` of code
 * `SOURCE_CORRUPT` if a frame cannot be read in full, or `SOURCE_TOO_MANY_PIXELS`. The bytes are not changed.
 */
export function decodeGif(bytes: Uint8Array, limits: GifLimits = {}): GifImage {
  const file = readGif(bytes, limits);
  const turn = (direction: QuarterTurn) => {
    const turned = turnFile(file, direction);
    const encoded = writeGif(turned);
    notePixels(encoded, turned.width * turned.height * turned.frames.length);
    return encoded;
  };
  return { turn };
}

function turnFile(file: GifFile, direction: QuarterTurn): GifFile {
  return {
    ...file,
    width: file.height,
    height: file.width,
    aspect: invertAspect(file.aspect),
    frames: file.frames.map((frame) => TURNS[direction](frame, file)),
  };
}

/** A frame turns with the screen around it; of its pixels only the order changes in which they are read. */
const TURNS: Readonly<Record<QuarterTurn, (frame: GifFrame, screen: GifFile) => GifFrame>> = {
  clockwise: (frame, screen) => ({
    ...frame,
    left: screen.height - frame.top - frame.height,
    top: frame.left,
    width: frame.height,
    height: frame.width,
    origin: frame.origin + (frame.height - 1) * frame.down,
    across: -frame.down,
    down: frame.across,
  }),
  counterclockwise: (frame, screen) => ({
    ...frame,
    left: frame.top,
    top: screen.width - frame.left - frame.width,
    width: frame.height,
    height: frame.width,
    origin: frame.origin + (frame.width - 1) * frame.across,
    across: frame.down,
    down: -frame.across,
  }),
};

/** The byte stands for a ratio of (aspect + 15) / 64, from 1:4 to about 4:1; 0 for none given. */
function invertAspect(aspect: number): number {
  return aspect && Math.max(1, Math.round((64 * 64) / (aspect + 15)) - 15);
}
