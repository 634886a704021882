const MAX_BLOCK_BYTES = 255;

/** Units that are written before they are cut into sub-blocks: few, so that they stay in the processor's cache. */
const FULL = 8192;

/**
 * Two bytes each, the lower one first, as on every processor of Lambda's. A row of the widest GIF adds 49,200 at the
 * worst, a code of 12 bits for each pixel. Shared: one frame is written at a time.
 */
const units = new Uint16Array(65_536);
const bytes = new Uint8Array(units.buffer);

/** Cuts data into sub-blocks while they are written. */
export class SubBlocks {
  /** Where data are written, from its first unit on. */
  readonly units = units;
  readonly #pieces: Uint8Array[] = [];

  /** Cuts what is written if that is enough, between rows. Answers where to write on. */
  cutRow(position: number): number {
    if (position < FULL) return position;
    // As many units as a sub-block has bytes are two of them.
    const rest = position % MAX_BLOCK_BYTES;
    this.#cut(2 * (position - rest));
    units.copyWithin(0, position - rest, position);
    return rest;
  }

  /** All sub-blocks, the empty one that ends them too, once `length` bytes are left in the units. */
  end(length: number): Uint8Array[] {
    this.#cut(length);
    return [...this.#pieces, Uint8Array.of(0)];
  }

  /** Byte by byte: thousands of views are much to collect. */
  #cut(length: number): void {
    const piece = Buffer.allocUnsafe(length + Math.ceil(length / MAX_BLOCK_BYTES));
    let position = 0;
    for (let start = 0; start < length; ) {
      const stop = Math.min(start + MAX_BLOCK_BYTES, length);
      piece[position++] = stop - start;
      while (start < stop) piece[position++] = bytes[start++] as number;
    }
    this.#pieces.push(piece);
  }
}
