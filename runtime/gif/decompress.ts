import { corrupt } from "./corrupt.ts";

/** Codes have 12 bits at the most. */
const MAX_CODES = 4096;

/**
 * The code table. Each entry is a string that stands in the output already: no table of strings is kept. Calls never
 * overlap, and share it since an animation may have thousands of frames of a few pixels.
 */
const starts = new Int32Array(MAX_CODES);
const lengths = new Int32Array(MAX_CODES);

/** A code of 12 bits lies in three bytes at the most. So many stand behind the data, to be read before it is known that they end. */
const MARGIN_BYTES = 3;

// In the loop below each index is within bounds by construction: `as number` says so where a check would cost time. Sums are held
// to 32 bits, which V8 compiles to less.

/**
 * The first `pixels` indexes of the compressed data in sub-blocks. Throws `SOURCE_CORRUPT` if there are fewer.
 */
export function decompress(blocks: Uint8Array, codeSize: number, pixels: number): Uint8Array {
  if (codeSize < 2 || codeSize > 8) throw corrupt("a code size of 2 to 8 bits", `${codeSize}`);
  const data = joinSubBlocks(blocks);
  const dataBytes = data.length - MARGIN_BYTES;
  const clear = 1 << codeSize;
  const end = clear + 1;
  const indexes = new Uint8Array(pixels);
  let next = end + 1;
  let bits = codeSize + 1;
  let previousLength = 0;
  let written = 0;
  let byte = 0;
  let shift = 0;

  while (written < pixels) {
    const three = (data[byte] as number) | ((data[byte + 1] as number) << 8) | ((data[byte + 2] as number) << 16);
    const code = (three >>> shift) & ((1 << bits) - 1);
    shift += bits;
    byte = (byte + (shift >>> 3)) | 0;
    shift &= 7;
    if (byte >= dataBytes && (byte > dataBytes || shift > 0))
      throw corrupt("all pixels of a frame", "data that end before");
    if (code === clear) {
      next = end + 1;
      bits = codeSize + 1;
      previousLength = 0;
      continue;
    }
    if (code === end) throw corrupt(`${pixels} pixels in a frame`, `${written}`);
    // The last string and the first pixel of this one. A full table stays as it is until it is cleared.
    if (previousLength > 0 && next < MAX_CODES) {
      starts[next] = written - previousLength;
      lengths[next] = previousLength + 1;
      next = (next + 1) | 0;
      if (next === 1 << bits && next < MAX_CODES) bits++;
    }
    if (code < clear) {
      indexes[written] = code;
      written = (written + 1) | 0;
      previousLength = 1;
    } else if (code < next) {
      let from = starts[code] as number;
      previousLength = Math.min(lengths[code] as number, pixels - written);
      const stop = (written + previousLength) | 0;
      // Forwards and one by one: the newest entry ends with the pixel that is written first.
      while (written < stop) {
        indexes[written] = indexes[from] as number;
        written = (written + 1) | 0;
        from = (from + 1) | 0;
      }
    } else {
      throw corrupt(`codes below ${next}`, `${code}`);
    }
  }
  return indexes;
}

/** The data of sub-blocks, up to the empty one or as far as they are there, with a margin behind. Byte by byte: thousands of views are much to collect. */
function joinSubBlocks(blocks: Uint8Array): Uint8Array {
  const data = new Uint8Array(blocks.length + MARGIN_BYTES);
  let joined = 0;
  for (let at = 0, stop = 0; at < blocks.length; at = stop) {
    const length = blocks[at++] as number;
    if (length === 0) break;
    stop = Math.min(at + length, blocks.length);
    while (at < stop) data[joined++] = blocks[at++] as number;
  }
  return data.subarray(0, joined + MARGIN_BYTES);
}
