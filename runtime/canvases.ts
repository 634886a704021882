/**
 * Memory for raw pixels that is used again, from image to image. Memory from the system comes page by page, and the first touch of
 * each page is dear: on a virtual machine, fresh canvases are a third of the CPU time of a pixelated 6 megapixel photo.
 *
 * No more is held than was in use at once: a canvas serves whatever fits into it, and the smaller ones go when a larger one is
 * needed; nor more than the limit.
 */
export class Canvases {
  readonly #kept: Buffer[] = [];
  readonly #taken = new WeakSet<ArrayBufferLike>();
  readonly #limit: number;

  /** Keeps so many bytes at the most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** So many bytes that hold anything; all of them have to be drawn. */
  take(bytes: number): Buffer {
    const canvas = this.#takeKept(bytes) ?? Buffer.allocUnsafeSlow(bytes);
    this.#taken.add(canvas.buffer);
    return canvas;
  }

  #takeKept(bytes: number): Buffer | undefined {
    const smallestFirst = this.#kept.toSorted((one, other) => one.length - other.length);
    const fitting = smallestFirst.find(({ length }) => length >= bytes);
    if (fitting) this.#kept.splice(this.#kept.indexOf(fitting), 1);
    else this.#kept.length = 0;
    return fitting?.subarray(0, bytes);
  }

  /**
   * Gives a canvas back that nothing reads any more: not one whose encoding was left or has failed. Throws if it was not taken
   * here, or is given back already: two images would be drawn on it.
   */
  give(canvas: Buffer): void {
    if (!this.#taken.delete(canvas.buffer))
      throw new TypeError("Expected a canvas that was taken here and not given back yet, received another buffer.");
    const whole = Buffer.from(canvas.buffer);
    const bytes = this.#kept.reduce((sum, { length }) => sum + length, whole.length);
    if (bytes <= this.#limit) this.#kept.push(whole);
  }
}
