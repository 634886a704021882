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

// In the loop below each index is within bounds by construction: `as number` says so where a check would cost time.

/** The compressed data of a plane, from the code size to the last, empty sub-block. */
export function compress({ width, height, indexes, origin, across, down, codeSize }: Plane): Uint8Array {
  const clear = 1 << codeSize;
  const writer = new CodeWriter(codeSize);
  table.fill(0);
  let next = clear + 2;
  let bits = codeSize + 1;
  let prefix = -1;
  writer.write(clear, bits);
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
      writer.write(prefix, bits);
      prefix = index;
      if (next < MAX_CODES) {
        table[slot] = (key << 12) | next;
        if (next === 1 << bits) bits++;
        next++;
      } else {
        writer.write(clear, bits);
        table.fill(0);
        next = clear + 2;
        bits = codeSize + 1;
      }
    }
  }
  writer.write(prefix, bits);
  // A decoder makes an entry of the last string too, and may expect a longer code after it.
  if (next === 1 << bits && next < MAX_CODES) bits++;
  writer.write(clear + 1, bits);
  return writer.finish();
}

/** Puts codes into sub-blocks, lowest bit first. */
class CodeWriter {
  #bytes = new Uint8Array(4 * (1 + MAX_BLOCK_BYTES));
  #block = 1;
  #position = 2;
  #bits = 0;
  #bitCount = 0;

  constructor(codeSize: number) {
    this.#bytes[0] = codeSize;
  }

  write(code: number, bits: number): void {
    this.#bits |= code << this.#bitCount;
    this.#bitCount += bits;
    while (this.#bitCount >= 8) this.#writeByte();
  }

  finish(): Uint8Array {
    if (this.#bitCount > 0) this.#writeByte();
    this.#closeBlock();
    // The block just opened stays empty, which ends the data.
    return this.#bytes.subarray(0, this.#position);
  }

  #writeByte(): void {
    if (this.#position - this.#block > MAX_BLOCK_BYTES) this.#closeBlock();
    this.#bytes[this.#position++] = this.#bits;
    this.#bits >>>= 8;
    this.#bitCount -= 8;
  }

  #closeBlock(): void {
    this.#bytes[this.#block] = this.#position - this.#block - 1;
    this.#block = this.#position++;
    if (this.#position + MAX_BLOCK_BYTES > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#bytes.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
  }
}
