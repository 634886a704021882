import type { Plane } from "./gif-file.ts";

/** Codes have 12 bits at the most. */
const MAX_CODES = 4096;

/** A power of two, so that a hash wraps by a mask; four times the codes, so that probes are short. */
const TABLE_SLOTS = 4 * MAX_CODES;
const HASH_SHIFT = 32 - Math.log2(TABLE_SLOTS);

/**
 * The code table. A string is known by its prefix's code and its last index: a slot holds those 20 bits above the string's
 * code, or 0. Calls never overlap, and share it since an animation may have thousands of frames of a few pixels.
 */
const table = new Int32Array(TABLE_SLOTS);

const MAX_BLOCK_BYTES = 255;

/** At the worst a pixel is a code of 12 bits; a clear code comes once in thousands. */
const MAX_BYTES_PER_PIXEL = 1.51;
/** What the first and last codes and the bits left over need beside. */
const MARGIN_BYTES = 16;

// In the loop below each index is within bounds by construction: `as number` says so where a check would cost time. Codes are
// written, lowest bit first, in the four places where they arise: as a call it takes a fifth longer.

/** The compressed data of a plane, from the code size to the last, empty sub-block. */
export function compress({ width, height, indexes, origin, across, down, codeSize }: Plane): Uint8Array {
  const clear = 1 << codeSize;
  const bytes = Buffer.allocUnsafe(Math.ceil(MAX_BYTES_PER_PIXEL * width * height) + MARGIN_BYTES);
  table.fill(0);
  let next = clear + 2;
  let bits = codeSize + 1;
  let prefix = -1;
  let position = 0;
  let pending = clear;
  let pendingBits = bits;
  for (let row = 0; row < height; row++) {
    let at = origin + row * down;
    for (let column = 0; column < width; column++, at += across) {
      const index = indexes[at] as number;
      if (prefix < 0) {
        prefix = index;
        continue;
      }
      const key = (prefix << 8) | index;
      let slot = Math.imul(key, 0x9e3779b1) >>> HASH_SHIFT;
      let entry = table[slot] as number;
      while (entry !== 0 && entry >>> 12 !== key) {
        slot = (slot + 1) & (TABLE_SLOTS - 1);
        entry = table[slot] as number;
      }
      if (entry !== 0) {
        prefix = entry & (MAX_CODES - 1);
        continue;
      }
      pending |= prefix << pendingBits;
      for (pendingBits += bits; pendingBits >= 8; pendingBits -= 8, pending >>>= 8) bytes[position++] = pending;
      prefix = index;
      if (next < MAX_CODES) {
        table[slot] = (key << 12) | next;
        if (next === 1 << bits) bits++;
        next++;
      } else {
        pending |= clear << pendingBits;
        for (pendingBits += bits; pendingBits >= 8; pendingBits -= 8, pending >>>= 8) bytes[position++] = pending;
        table.fill(0);
        next = clear + 2;
        bits = codeSize + 1;
      }
    }
  }
  pending |= prefix << pendingBits;
  for (pendingBits += bits; pendingBits >= 8; pendingBits -= 8, pending >>>= 8) bytes[position++] = pending;
  // A decoder makes an entry of the last string too, and may expect a longer code after it.
  if (next === 1 << bits && next < MAX_CODES) bits++;
  pending |= (clear + 1) << pendingBits;
  for (pendingBits += bits; pendingBits > 0; pendingBits -= 8, pending >>>= 8) bytes[position++] = pending;
  return inBlocks(bytes.subarray(0, position), codeSize);
}

/** Data in sub-blocks, after the code size and before the empty one that ends them. */
function inBlocks(bytes: Uint8Array, codeSize: number): Uint8Array {
  const data = new Uint8Array(1 + bytes.length + Math.ceil(bytes.length / MAX_BLOCK_BYTES) + 1);
  data[0] = codeSize;
  let position = 1;
  for (let start = 0; start < bytes.length; start += MAX_BLOCK_BYTES) {
    const block = bytes.subarray(start, start + MAX_BLOCK_BYTES);
    data[position++] = block.length;
    data.set(block, position);
    position += block.length;
  }
  return data;
}
