/**
 * What decoded images may take together, at the most, per pixel: a canvas, a copy of it, and what encoders hold of both,
 * four bytes each.
 */
const BYTES_PER_PIXEL = 16;

/** What a function takes before it has any pixels: Node, libvips, the AWS SDK, and sources as they were downloaded. */
const BASE_MB = 300;

/** The pixels that a function of so much memory can work on at once. */
export function pixelsWithin(memoryMb: number): number {
  return (Math.max(0, memoryMb - BASE_MB) * 1_000_000) / BYTES_PER_PIXEL;
}

/**
 * Lets images be worked on at the same time as long as all their pixels are within a budget, in the order of their coming. One
 * that is larger than the whole budget gets it to itself.
 */
export class PixelBudget {
  readonly #total: number;
  #used = 0;
  readonly #waiting: { readonly pixels: number; readonly start: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** Does the work as soon as there is room for its pixels. */
  async spend<T>(pixels: number, work: () => Promise<T>): Promise<T> {
    const { promise: turn, resolve: start } = Promise.withResolvers<void>();
    this.#waiting.push({ pixels, start });
    this.#next();
    await turn;
    try {
      return await work();
    } finally {
      this.#used -= pixels;
      this.#next();
    }
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && this.#hasRoom(first.pixels); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += first.pixels;
      first.start();
    }
  }

  #hasRoom(pixels: number): boolean {
    return this.#used === 0 || this.#used + pixels <= this.#total;
  }
}
