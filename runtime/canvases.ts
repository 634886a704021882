/** A canvas beyond this is not kept: that of a photo of 26 megapixels. */
const MAX_KEPT_BYTES = 80_000_000;
/** How many are kept: as many as a function of the default memory has cores to fill, and one more. */
const MAX_KEPT = 3;

/**
 * Memory for raw pixels that is used again, from image to image. Memory from the system comes page by page, and the first touch of
 * each page is dear: on a virtual machine, fresh canvases are a third of the CPU time of a pixelated 6 megapixel photo.
 *
 * No more is held than was in use at once: a canvas serves whatever fits into it, and the smaller ones go when a larger one is
 * needed.
 */
export class Canvases {
  readonly #kept: Buffer[] = [];

  /** So many bytes that hold anything; all of them have to be drawn. */
  take(bytes: number): Buffer {
    const smallestFirst = this.#kept.toSorted((one, other) => one.length - other.length);
    const fitting = smallestFirst.find(({ length }) => length >= bytes);
    if (!fitting) {
      this.#kept.length = 0;
      return Buffer.allocUnsafeSlow(bytes);
    }
    this.#kept.splice(this.#kept.indexOf(fitting), 1);
    return fitting.subarray(0, bytes);
  }

  /** Gives a canvas back that nothing reads any more: not one whose encoding was left or has failed. */
  give(canvas: Buffer): void {
    const { buffer } = canvas;
    if (buffer.byteLength > MAX_KEPT_BYTES || this.#kept.length >= MAX_KEPT) return;
    this.#kept.push(Buffer.from(buffer));
  }
}
