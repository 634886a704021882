import type { DecodedImage } from "./decoded-image.ts";
import type { Pixels } from "./fixtures.ts";

/** Red, green, blue and opacity. */
export type Pixel = readonly number[];

type Canvas = Pick<DecodedImage, "pixels" | "width" | "height">;

/** Part of a frame: from the first row and column up to, and without, the last. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function pixelAt({ pixels, width, height }: Canvas, x: number, y: number, frame = 0): Pixel {
  const start = 4 * ((frame * height + y) * width + x);
  return [...pixels.subarray(start, start + 4)];
}

/** A picture of the same size, of which each pixel is chosen by its place. */
export function paint<Of extends DecodedImage>(of: Of, pixel: (x: number, y: number, frame: number) => Pixel): Of {
  const pixels = new Uint8Array(4 * of.width * of.height * of.frames);
  for (let at = 0; at < pixels.length / 4; at++) {
    const row = Math.floor(at / of.width);
    pixels.set(pixel(at % of.width, row % of.height, Math.floor(row / of.height)), 4 * at);
  }
  return { ...of, pixels };
}

/** An image to be encoded, of which each pixel is chosen by its place; three channels take the first three levels. */
export function drawPixels(
  { frames = 1, ...size }: Omit<Pixels, "data" | "frames"> & { readonly frames?: number },
  pixel: (x: number, y: number, frame: number) => Pixel,
): Pixels {
  const { width, height, channels } = size;
  const data = new Uint8Array(width * height * frames * channels);
  for (let at = 0; at < data.length / channels; at++) {
    const row = Math.floor(at / width);
    data.set(pixel(at % width, row % height, Math.floor(row / height)).slice(0, channels), at * channels);
  }
  return { ...size, data, frames };
}

/** The mean colour of a part of a frame; a pixel counts as much as it is seen. */
export function meanOf(image: Canvas, { left, top, right, bottom }: Rectangle, frame = 0): Pixel {
  const sums = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixelAt(image, x, y, frame);
      for (const [channel, level] of [red, green, blue].entries()) sums[channel] = (sums[channel] ?? 0) + level * alpha;
      sums[3] = (sums[3] ?? 0) + alpha;
    }
  }
  const [red = 0, green = 0, blue = 0, alpha = 0] = sums;
  const seen = alpha || 1;
  return [red / seen, green / seen, blue / seen, alpha / ((right - left) * (bottom - top))];
}

/** The largest difference of two pixels' levels, 0 to 255. */
export function distance(one: Pixel, other: Pixel): number {
  return Math.max(...one.map((level, channel) => Math.abs(level - (other[channel] ?? 0))));
}

/** The largest difference of two images' levels, 0 to 255, of pixels that can be seen; all of it if they differ in size. */
export function largestDifference(one: DecodedImage, other: DecodedImage): number {
  return differences(one, other).reduce((largest, level) => Math.max(largest, level), 0);
}

/** The mean difference of two images' levels, 0 to 255, as they look on black; all of it if they differ in size. */
export function meanDifference(one: DecodedImage, other: DecodedImage): number {
  const all = differences(one, other);
  return all.reduce((sum, level) => sum + level, 0) / all.length;
}

function differences(one: DecodedImage, other: DecodedImage): number[] {
  if (one.width !== other.width || one.height !== other.height || one.frames !== other.frames) return [255];
  const [seen, otherSeen] = [onBlack(one), onBlack(other)];
  return Array.from(seen, (level, at) => Math.abs(level - (otherSeen[at] ?? 0)));
}

function onBlack({ pixels }: DecodedImage): Float64Array {
  return Float64Array.from(pixels, (level, at) =>
    at % 4 === 3 ? level : (level * (pixels[at - (at % 4) + 3] ?? 0)) / 255,
  );
}
