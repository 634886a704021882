import { corrupt } from "./corrupt.ts";

const HAS_PALETTE = 0x80;

/** Walks through the blocks of a GIF, and throws `SOURCE_CORRUPT` where they end too early. */
export class BlockReader {
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.position++];
    if (byte === undefined) throw corrupt("a whole GIF", "one that ends within a block");
    return byte;
  }

  uint16(): number {
    return this.byte() | (this.byte() << 8);
  }

  bytes(length: number): Uint8Array {
    if (this.position + length > this.#bytes.length) throw corrupt("a whole GIF", "one that ends within a block");
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }

  text(length: number): string {
    return String.fromCharCode(...this.bytes(length));
  }

  palette(flags: number): Uint8Array {
    return this.bytes(flags & HAS_PALETTE ? 3 * (2 << (flags & 7)) : 0);
  }

  subBlocks(): Uint8Array[] {
    const blocks: Uint8Array[] = [];
    for (let length = this.byte(); length > 0; length = this.byte()) blocks.push(this.bytes(length));
    return blocks;
  }

  /** The data of a frame, in sub-blocks. Whether they are all there is told by the pixels, not by the end of the blocks. */
  data(): Uint8Array {
    const start = this.position;
    for (let length = 1; length > 0 && !this.atEnd; ) {
      length = this.byte();
      this.position += length;
    }
    return this.#bytes.subarray(start, this.position);
  }
}
