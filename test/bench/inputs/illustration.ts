import sharp, { type Sharp } from "sharp";
import { type Random, seededRandom } from "../../support/random.ts";
import type { PhotoSize } from "./photo.ts";

const SHAPES = 18;

/** Outlined shapes with shades on clear ground, as drawing programs export them: smooth, so that it compresses well. */
export async function drawIllustration({ width, height }: PhotoSize, seed = 1): Promise<Sharp> {
  const random = seededRandom(seed);
  const shapes = Array.from({ length: SHAPES }, (_, index) => drawShape(index, { width, height }, random));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join("")}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } });
}

/** Every third one is half clear towards its edge. */
function drawShape(index: number, { width, height }: PhotoSize, random: Random): string {
  const colour = [random.integer(50, 205), random.integer(50, 205), random.integer(50, 205)];
  const [x, y] = [random.integer(0, width), random.integer(0, height)];
  const radius = Math.round(width * (0.02 + 0.1 * random.fraction()));
  const shade = (divisor: number) => `rgb(${colour.map((level) => Math.round(level / divisor)).join()})`;
  return `
    <radialGradient id="shade${index}">
      <stop stop-color="${shade(1)}"/>
      <stop offset="1" stop-color="${shade(2)}" stop-opacity="${index % 3 === 0 ? 0.4 : 1}"/>
    </radialGradient>
    <ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${Math.round(0.8 * radius)}"
      fill="url(#shade${index})" stroke="${shade(4)}" stroke-width="8"/>`;
}
