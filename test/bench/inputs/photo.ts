import sharp, { type Sharp } from "sharp";
import { type Random, seededRandom } from "../../support/random.ts";

export interface PhotoSize {
  readonly width: number;
  readonly height: number;
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: readonly [number, number, number];
}

/** As many edges as leave cells as far from Pillow's as those of photos are: it and libvips weigh what lies across an edge differently. */
const DISCS = 18;

/** Pixels along one side that share a colour before it is smoothed. */
const COARSE = 8;

/** Grain comes from a tile of this side, read from another place in each row, since chance for each pixel takes long. */
const GRAIN = 1 << 16;

/** Levels by which grain moves a pixel at the most. Chosen for files as large as a camera's. */
const GRAIN_LEVELS = 18;

/** Flat areas as a sky is one: there the grain is weak. */
const SMOOTH_SHARE = 0.45;

/** A picture that is as hard to compress as a photo: soft gradients, shapes, texture and grain. The seed decides all of it. */
export async function drawPhoto({ width, height }: PhotoSize, seed = 1, shift = 0): Promise<Sharp> {
  const random = seededRandom(seed);
  const discs = Array.from({ length: DISCS }, () => drawDisc(random));
  const [columns, rows] = [Math.ceil(width / COARSE), Math.ceil(height / COARSE)];
  const coarse = new Uint8Array(columns * rows * 3);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) coarse.set(colourAt(x / columns + shift, y / rows, discs), (y * columns + x) * 3);
  }
  const { data } = await sharp(coarse, { raw: { width: columns, height: rows, channels: 3 }, limitInputPixels: false })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  addGrain(data, { width, height }, random);
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

function drawDisc(random: Random): Disc {
  const level = () => random.integer(50, 205);
  return {
    x: random.fraction(),
    y: random.fraction(),
    radius: 0.02 + 0.1 * random.fraction(),
    colour: [level(), level(), level()],
  };
}

function colourAt(x: number, y: number, discs: readonly Disc[]): readonly [number, number, number] {
  const disc = discs.find((candidate) => Math.hypot(x - candidate.x, y - candidate.y) < candidate.radius);
  const texture = 14 * Math.sin(61 * x + 23 * y) * Math.sin(47 * y - 19 * x);
  const [red, green, blue] = disc?.colour ?? [
    150 + 70 * Math.sin(3 * x + y),
    120 + 60 * Math.sin(2 * y + 4 * x * y),
    130 + 80 * Math.cos(4 * y - x),
  ];
  return [red + texture, green + texture, blue + texture * 0.7].map(toLevel) as [number, number, number];
}

function addGrain(pixels: Buffer, { width, height }: PhotoSize, random: Random): void {
  const grain = Int8Array.from({ length: GRAIN }, () =>
    Math.round((random.fraction() + random.fraction() - 1) * GRAIN_LEVELS),
  );
  for (let y = 0; y < height; y++) {
    const from = random.integer(0, GRAIN - 1);
    const isSmooth = y < height * SMOOTH_SHARE;
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const level = grain[(from + x) & (GRAIN - 1)] ?? 0;
      const moved = isSmooth ? level >> 2 : level;
      for (let channel = at; channel < at + 3; channel++) pixels[channel] = toLevel((pixels[channel] ?? 0) + moved);
    }
  }
}

function toLevel(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
}
