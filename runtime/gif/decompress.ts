import { corrupt } from "./corrupt.ts";

/** Codes have 12 bits at the most. */
const MAX_CODES = 4096;

/**
 * The code table. Each entry is a string that stands in the output already: no table of strings is kept. Calls never
 * overlap, and share it since an animation may have thousands of frames of a few pixels.
 */
const starts = new Uint32Array(MAX_CODES);
const lengths = new Uint16Array(MAX_CODES);

// In the loop below each index is within bounds by construction: `as number` says so where a check would cost time.

/**
 * The first `pixels` indexes of the compressed data whose first sub-block lies at `start`. Throws `SOURCE_CORRUPT` if there
 * are fewer.
 */
export function decompress(bytes: Uint8Array, start: number, codeSize: number, pixels: number): Uint8Array {
  if (codeSize < 2 || codeSize > 8) throw corrupt("a code size of 2 to 8 bits", `${codeSize}`);
  const clear = 1 << codeSize;
  const end = clear + 1;
  const reader = new CodeReader(bytes, start);
  const indexes = new Uint8Array(pixels);
  let next = end + 1;
  let bits = codeSize + 1;
  let previousLength = 0;
  let written = 0;

  while (written < pixels) {
    const code = reader.read(bits);
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
      next++;
      if (next === 1 << bits && next < MAX_CODES) bits++;
    }
    if (code < clear) {
      indexes[written++] = code;
      previousLength = 1;
    } else if (code < next) {
      const from = starts[code] as number;
      previousLength = Math.min(lengths[code] as number, pixels - written);
      // Forwards and one by one: the newest entry ends with the pixel that is written first.
      for (let index = from; index < from + previousLength; index++) indexes[written++] = indexes[index] as number;
    } else {
      throw corrupt(`codes below ${next}`, `${code}`);
    }
  }
  return indexes;
}

/** Takes codes from sub-blocks, lowest bit first. */
class CodeReader {
  readonly #bytes: Uint8Array;
  #position: number;
  #blockEnd: number;
  #bits = 0;
  #bitCount = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#position = start;
    this.#blockEnd = start;
  }

  read(bits: number): number {
    while (this.#bitCount < bits) {
      if (this.#position === this.#blockEnd) this.#openBlock();
      this.#bits |= (this.#bytes[this.#position++] as number) << this.#bitCount;
      this.#bitCount += 8;
    }
    const code = this.#bits & ((1 << bits) - 1);
    this.#bits >>>= bits;
    this.#bitCount -= bits;
    return code;
  }

  #openBlock(): void {
    const length = this.#bytes[this.#position++] ?? 0;
    this.#blockEnd = Math.min(this.#position + length, this.#bytes.length);
    if (this.#position >= this.#blockEnd) throw corrupt("all pixels of a frame", "data that end before");
  }
}
