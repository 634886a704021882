import sharp from "sharp";

/** A decoded picture. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Points along each side of a cell at which its colour is read: enough for JPEG's errors to even out. */
const SAMPLES = 8;

export async function decode(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes, { limitInputPixels: false }).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** The mean colours of so many by so many cells, row by row. */
export function cellsOf(picture: Pixels, count: number): number[] {
  const { data, width, height, channels } = picture;
  const colours: number[] = [];
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const sums = Array.from({ length: channels }, () => 0);
      for (let sample = 0; sample < SAMPLES ** 2; sample++) {
        const x = Math.floor(((column + inside(sample % SAMPLES)) * width) / count);
        const y = Math.floor(((row + inside(Math.floor(sample / SAMPLES))) * height) / count);
        for (let channel = 0; channel < channels; channel++)
          sums[channel] = (sums[channel] ?? 0) + (data[(y * width + x) * channels + channel] ?? 0);
      }
      colours.push(...sums.map((sum) => sum / SAMPLES ** 2));
    }
  }
  return colours;
}

/** The mean absolute difference, in levels of 255. */
export function meanDifference(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return 255;
  return one.reduce((sum, level, index) => sum + Math.abs(level - (other[index] ?? 0)), 0) / one.length;
}

/**
 * How many pixels are not what nearest-neighbour enlargement makes of the cells' own colours: a pixel's is that of the cell in
 * which its centre lies. A centre on the very edge between two cells is as near to either, and Pillow's rounding decides: not looked at.
 */
export function pixelsOffGrid({ data, width, height, channels }: Pixels, count: number): number {
  const [columns, rows] = [axisOf(width, count), axisOf(height, count)];
  let off = 0;
  for (const { at: y, middle: row } of rows) {
    for (const { at: x, middle: column } of columns) {
      const [pixel, expected] = [(y * width + x) * channels, (row * width + column) * channels];
      for (let channel = 0; channel < channels; channel++) {
        if (data[pixel + channel] === data[expected + channel]) continue;
        off++;
        break;
      }
    }
  }
  return off;
}

/** Places along a side, each with the middle of its cell; without those that are as near to another. */
function axisOf(length: number, count: number): { readonly at: number; readonly middle: number }[] {
  const cells = Math.min(count, length);
  return Array.from({ length }, (_, at) => ({
    at,
    middle: Math.floor(((Math.floor(((at + 0.5) * cells) / length) + 0.5) * length) / cells),
  })).filter(({ at }) => ((2 * at + 1) * cells) % (2 * length) !== 0);
}

/** Inside a cell, away from its edges. */
function inside(sample: number): number {
  return 0.2 + (0.6 * (sample + 0.5)) / SAMPLES;
}
