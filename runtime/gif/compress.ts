import type { Plane } from "./gif-file.ts";
import { SubBlocks } from "./sub-blocks.ts";

/**
 * The code table. A string is known by its prefix's code and its last index: a slot holds those 20 bits above the string's
 * code, or 0. Slots are four times the codes, so that probes are short, and a power of two, so that a hash wraps by a mask.
 * Calls never overlap, and share it since an animation may have thousands of frames of a few pixels.
 */
const table = new Int32Array(16_384);

/** The compressed data of a plane, from the code size to the last, empty sub-block, in pieces. */
export function compress({ width, height, indexes, origin, across, down, codeSize }: Plane): Uint8Array[] {
  const blocks = new SubBlocks();
  const length = writeCodes(indexes, width, height, origin, across, down, codeSize, table, blocks.units, blocks);
  return [Uint8Array.of(codeSize), ...blocks.end(length)];
}

// Below is what V8 compiles best, measured: numbers and tables come as parameters, sums are held to 32 bits, and what happens to
// most pixels comes first. Codes are written, lowest bit first and two bytes at a time, in the places where they arise: as a call
// it takes a fifth longer. Constants are the function's own: a bundle makes variables of a module's, which takes a quarter longer.
// Each index is within bounds by construction: `as number` says so where a check would cost time.

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
  // Codes have 12 bits at the most.
  const maxCodes = 4096;
  // The golden ratio's fraction: what differs little is spread far. https://en.wikipedia.org/wiki/Hash_function#Fibonacci_hashing
  const hashFactor = -1_640_531_535;
  // Leaves as many bits of a hash as a slot's number has.
  const hashShift = 18;
  // Odd, so that each slot is reached, and beyond all prefixes, so that strings of like prefixes do not crowd.
  const probeStep = 4099;
  const lastSlot = (table.length - 1) | 0;
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
      const string = (prefix << 20) | (index << 12);
      // Of the index alone, since the prefix is known last: each pixel has to wait for the one before.
      let slot = (Math.imul(index, hashFactor) >>> hashShift) ^ prefix;
      let entry = table[slot] as number;
      // What is left of the right string's entry is its code, which is never 0.
      let code = entry ^ string;
      if ((code - 1) >>> 0 >= maxCodes - 1) {
        while (entry !== 0) {
          slot = (slot + probeStep) & lastSlot;
          entry = table[slot] as number;
          code = entry ^ string;
          if ((code - 1) >>> 0 < maxCodes - 1) break;
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
          if (next < maxCodes) {
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
  const lastBits = next === 1 << bits && next < maxCodes ? bits + 1 : bits;
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
