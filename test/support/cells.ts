import type { DecodedImage } from "./decoded-image.ts";
import { paint, pixelAt, type Rectangle } from "./pixels.ts";

/** The parts of a frame that cells cover in nearest-neighbour enlargement. */
export function cellsOf({ width, height }: DecodedImage, count: number): Rectangle[] {
  const [columns, rows] = [spans(width, count), spans(height, count)];
  return rows.flatMap(([top, bottom]) => columns.map(([left, right]) => ({ left, top, right, bottom })));
}

/** The picture with every cell filled with the colour of its first pixel. */
export function enlarged<Of extends DecodedImage>(picture: Of, count: number): Of {
  const [columns, rows] = [starts(picture.width, count), starts(picture.height, count)];
  return paint(picture, (x, y, frame) => pixelAt(picture, columns[x] ?? 0, rows[y] ?? 0, frame));
}

/** Where the cell of each pixel begins. */
function starts(length: number, count: number): number[] {
  return spans(length, count).flatMap(([start, end]) => new Array<number>(end - start).fill(start));
}

/** The first pixel of each cell and the one behind its last: a pixel is of the cell that its centre lies in. */
function spans(length: number, count: number): (readonly [start: number, end: number])[] {
  const cells = Math.min(count, length);
  const edge = (cell: number) => Math.ceil((cell * length) / cells - 0.5);
  return Array.from({ length: cells }, (_, cell) => [edge(cell), edge(cell + 1)] as const);
}
