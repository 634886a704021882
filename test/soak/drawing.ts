import sharp from "sharp";
import type { Random } from "../support/random.ts";

/** Formats that are cheap to write, with the extension of each. */
export const CHEAP_FORMATS = { jpeg: "jpg", png: "png", gif: "gif", webp: "webp" } as const;

export type CheapFormat = keyof typeof CHEAP_FORMATS;

/** Sides of sources that make the fragile transform fail; no other source has them. */
export const FATAL_SIDES = { "function-out-of-memory": 61, "function-timed-out": 62 } as const;

const SIDES = { min: 16, max: 60 };

/** A small image that no other draw of the same random numbers gives. */
export function draw(
  random: Random,
  format: CheapFormat,
  width = random.integer(SIDES.min, SIDES.max),
): Promise<Buffer> {
  const height = random.integer(SIDES.min, SIDES.max);
  const colour = () => ({ r: random.integer(0, 255), g: random.integer(0, 255), b: random.integer(0, 255) });
  const [background, patch] = [colour(), colour()];
  const size = { width: random.integer(4, 12), height: random.integer(4, 12) };
  const place = { left: random.integer(0, 4), top: random.integer(0, 4) };
  return sharp({ create: { width, height, channels: 3, background } })
    .composite([{ input: { create: { ...size, channels: 3, background: patch } }, ...place }])
    .toFormat(format)
    .toBuffer();
}
