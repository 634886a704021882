import type { Plane } from "./gif-file.ts";
import { SubBlocks } from "./sub-blocks.ts";

/** Codes have 12 bits at the most. */
const MAX_CODES = 4096;

/** A power of two, so that a hash wraps by a mask; four times the codes, so that probes are short. */
const TABLE_SLOTS = 16_384;
/** The golden ratio's fraction: what differs little is spread far. https://en.wikipedia.org/wiki/Hash_function#Fibonacci_hashing */
const HASH = -1_640_531_535;
/** Leaves as many bits of a hash as a slot's number has. */
const HASH_SHIFT = 18;

/**
 * The code table. A string is known by its prefix's code and its last index: a slot holds those 20 bits above the string's
 * code, or 0. Calls never overlap, and share it since an animation may have thousands of frames of a few pixels.
 */
const table = new Int32Array(TABLE_SLOTS);

/** The compressed data of a plane, from the code size to the last, empty sub-block, in pieces. */
export function compress({ width, height, indexes, origin, across, down, codeSize }: Plane): Uint8Array[] {
  const blocks = new SubBlocks();
  const length = writeCodes(indexes, width, height, origin, across, down, codeSize, table, blocks.units, blocks);
  return [Uint8Array.of(codeSize), ...blocks.end(length)];
}

// Below is what V8 compiles best, measured: numbers and tables come as parameters, sums are held to 32 bits, and what happens to
// most pixels comes first. Codes are written, lowest bit first and two bytes at a time, in the places where they arise: as a call
// it takes a fifth longer. Each index is within bounds by construction: `as number` says so where a check would cost time.

/** Writes all codes. Answers how many bytes of the units are not in sub-blocks yet. */
function writeCodes(
  indexes: Uint8Array,
  width: number,
  height: number,
  origin: number,
  across: number,
  down: number,
  codeSize: number,
  table: Int32Array,
  units: Uint16Array,
  blocks: SubBlocks,
): number {
  const step = across | 0;
  const columns = width | 0;
  const clear = (1 << codeSize) | 0;
  table.fill(0);
  let next = (clear + 2) | 0;
  let bits = (codeSize + 1) | 0;
  let prefix = -1;
  let position = 0;
  let pending = clear;
  let pendingBits = bits;
  let whole = 0;
  let rowAt = origin | 0;
  for (let row = 0; row < height; row++) {
    let at = rowAt;
    rowAt = (rowAt + down) | 0;
    for (let column = 0; column < columns; column = (column + 1) | 0) {
      const index = indexes[at] as number;
      at = (at + step) | 0;
      if (prefix < 0) {
        prefix = index;
        continue;
      }
      const key = (prefix << 8) | index;
      const string = key << 12;
      let slot = Math.imul(key, HASH) >>> HASH_SHIFT;
      let entry = table[slot] as number;
      // What is left of the right string's entry is its code, which is never 0.
      let code = entry ^ string;
      if ((code - 1) >>> 0 >= MAX_CODES - 1) {
        while (entry !== 0) {
          slot = (slot + 1) & (TABLE_SLOTS - 1);
          entry = table[slot] as number;
          code = entry ^ string;
          if ((code - 1) >>> 0 < MAX_CODES - 1) break;
        }
        if (entry === 0) {
          pending |= prefix << pendingBits;
          pendingBits = (pendingBits + bits) | 0;
          units[position] = pending;
          whole = pendingBits >> 4;
          position = (position + whole) | 0;
          pending >>>= whole << 4;
          pendingBits &= 15;
          prefix = index;
          if (next < MAX_CODES) {
            table[slot] = string | next;
            if (next === 1 << bits) bits = (bits + 1) | 0;
            next = (next + 1) | 0;
          } else {
            pending |= clear << pendingBits;
            pendingBits = (pendingBits + bits) | 0;
            units[position] = pending;
            whole = pendingBits >> 4;
            position = (position + whole) | 0;
            pending >>>= whole << 4;
            pendingBits &= 15;
            table.fill(0);
            next = (clear + 2) | 0;
            bits = (codeSize + 1) | 0;
          }
          continue;
        }
      }
      prefix = code;
    }
    position = blocks.cutRow(position);
  }
  // A decoder makes an entry of the last string too, and may expect a longer code after it.
  const lastBits = next === 1 << bits && next < MAX_CODES ? bits + 1 : bits;
  for (const [code, length] of [
    [prefix, bits],
    [clear + 1, lastBits],
  ] as const) {
    pending |= code << pendingBits;
    pendingBits += length;
    units[position] = pending;
    position += pendingBits >> 4;
    pending >>>= pendingBits & 16;
    pendingBits &= 15;
  }
  units[position] = pending;
  return 2 * position + Math.ceil(pendingBits / 8);
}
