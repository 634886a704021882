import sharp from "sharp";

type Colour = readonly [red: number, green: number, blue: number];

/** Pixels of the picture that the README shows transforms with. */
export const LANDSCAPE = { width: 640, height: 427 } as const;

/** Samples along each side of a pixel, so that edges are smooth. */
const SAMPLES = 3;

const HORIZON = 0.66;
const SUN = { x: 0.7, y: 0.5, radius: 0.075 };

const SKY: readonly [Colour, Colour, Colour] = [
  [58, 80, 160],
  [240, 130, 120],
  [255, 214, 140],
];

/** Ridges from far to near: how high their middle is, how high their waves, and how long. */
const RIDGES: readonly {
  readonly base: number;
  readonly wave: number;
  readonly pace: number;
  readonly colour: Colour;
}[] = [
  { base: 0.56, wave: 0.05, pace: 7, colour: [150, 105, 150] },
  { base: 0.61, wave: 0.035, pace: 11, colour: [95, 85, 135] },
  { base: 0.65, wave: 0.02, pace: 17, colour: [45, 75, 95] },
];

const BALLOONS: readonly {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly stripes: readonly Colour[];
}[] = [
  {
    x: 0.24,
    y: 0.27,
    radius: 0.14,
    stripes: [
      [226, 48, 60],
      [250, 240, 225],
    ],
  },
  {
    x: 0.52,
    y: 0.16,
    radius: 0.075,
    stripes: [
      [30, 150, 140],
      [250, 205, 60],
    ],
  },
  {
    x: 0.87,
    y: 0.24,
    radius: 0.055,
    stripes: [
      [120, 70, 190],
      [245, 150, 60],
    ],
  },
];

let drawn: Promise<Buffer> | undefined;

/** A JPEG of balloons over a lake at sunset: large areas, fine edges, and every hue. Drawn once. */
export function landscape(): Promise<Buffer> {
  drawn ??= drawLandscape();
  return drawn;
}

function drawLandscape(): Promise<Buffer> {
  const { width, height } = LANDSCAPE;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.set(pixelAt(x, y), 3 * (y * width + x));
  }
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  return image.jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer();
}

function pixelAt(x: number, y: number): number[] {
  const sums = [0, 0, 0];
  for (let sample = 0; sample < SAMPLES ** 2; sample++) {
    const [dx, dy] = [sample % SAMPLES, Math.floor(sample / SAMPLES)];
    // Of the height, so that circles are round.
    const colour = colourAt(
      (x + (dx + 0.5) / SAMPLES) / LANDSCAPE.width,
      (y + (dy + 0.5) / SAMPLES) / LANDSCAPE.height,
    );
    for (const channel of [0, 1, 2]) sums[channel] = (sums[channel] ?? 0) + (colour[channel] ?? 0);
  }
  return sums.map((sum) => Math.round(sum / SAMPLES ** 2));
}

/** The colour at a place, both sides of which go from 0 to 1. */
function colourAt(x: number, y: number): Colour {
  return balloonAt(x, y) ?? (y < HORIZON ? landAt(x, y) : lakeAt(x, y));
}

function landAt(x: number, y: number): Colour {
  const ridge = RIDGES.findLast(({ base, wave, pace }) => y > base - wave * ridgeWave(x * pace));
  return ridge?.colour ?? skyAt(x, y);
}

/** The land upside down, darker, and moved by ripples that are longer near the viewer. */
function lakeAt(x: number, y: number): Colour {
  const depth = (y - HORIZON) / (1 - HORIZON);
  const ripple = 0.012 * depth * Math.sin(90 * Math.sqrt(depth + 0.05) + 6 * x);
  const mirrored = landAt(x + ripple, HORIZON - 1.25 * (y - HORIZON) + ripple);
  return mix(mirrored, [20, 40, 90], 0.25 + 0.3 * depth);
}

function skyAt(x: number, y: number): Colour {
  const rise = y / HORIZON;
  const sky = rise < 0.6 ? mix(SKY[0], SKY[1], rise / 0.6) : mix(SKY[1], SKY[2], (rise - 0.6) / 0.4);
  const distance = distanceTo(SUN, x, y);
  if (distance < SUN.radius) return [255, 246, 205];
  return mix(sky, [255, 235, 170], 0.8 * Math.exp(-(distance - SUN.radius) * 9));
}

function balloonAt(x: number, y: number): Colour | undefined {
  for (const { x: middle, y: top, radius, stripes } of BALLOONS) {
    const [across, down] = [((x - middle) * LANDSCAPE.width) / LANDSCAPE.height / radius, (y - top) / radius];
    // Round above, and drawn together below.
    const half = down < 0.2 ? Math.sqrt(Math.max(0, 1 - down ** 2)) : Math.max(0, 0.98 - 0.62 * (down - 0.2) ** 1.3);
    if (Math.abs(down) < 1.35 && down > -1 && Math.abs(across) < half) {
      const turn = Math.asin(across / half) / Math.PI + 0.5;
      const stripe = stripes[Math.floor(turn * 7) % stripes.length] ?? [0, 0, 0];
      return mix(stripe, [30, 20, 60], 0.35 * Math.max(0, across / half - 0.1) + 0.1 * Math.max(0, down));
    }
    if (down > 1.5 && down < 1.78 && Math.abs(across) < 0.17) return [110, 70, 45];
    if (down >= 1.35 && down <= 1.5 && Math.abs(Math.abs(across) - 0.14) < 0.025) return [70, 50, 50];
  }
}

function ridgeWave(x: number): number {
  return Math.sin(x) + 0.5 * Math.sin(2.3 * x + 1) + 0.25 * Math.sin(5.1 * x + 2);
}

function distanceTo(place: { x: number; y: number }, x: number, y: number): number {
  return Math.hypot(((x - place.x) * LANDSCAPE.width) / LANDSCAPE.height, y - place.y);
}

function mix(one: Colour, other: Colour, share: number): Colour {
  const part = Math.min(1, Math.max(0, share));
  const level = (channel: 0 | 1 | 2) => one[channel] * (1 - part) + other[channel] * part;
  return [level(0), level(1), level(2)];
}
