import { openSource } from "../../runtime/source.ts";

/** The least GIF there is: whoever has a source can make images of pixels. */
const DOT = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");

/** As cameras and editors write them: a quarter of a byte for a pixel, about. */
const QUALITY = 85;

/** Two thirds, as most cameras have it. */
const ASPECT = 2 / 3;

/**
 * A JPEG that costs about as much to work on as a photo: soft light, some hundred shapes with edges, and grain. The same bytes
 * for the same number of pixels.
 */
export async function samplePhoto(megapixels: number): Promise<Uint8Array> {
  const width = Math.round(Math.sqrt((megapixels * 1e6) / ASPECT));
  const height = Math.round(width * ASPECT);
  const source = await openSource(DOT);
  return source
    .fromPixels(draw(width, height), { width, height, channels: 3 }, "image/jpeg")
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

function draw(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  const random = randomOf(1);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const v = y / height;
    for (let x = 0; x < width; x++) {
      const u = x / width;
      const light = 90 + 70 * u + 50 * Math.sin(5 * v + 3 * u);
      const texture = 14 * Math.sin(151 * u + 23 * Math.sin(9 * v)) * Math.sin(113 * v + 17 * Math.sin(7 * u));
      const shape = ((Math.floor(17 * u + 2 * Math.sin(8 * v)) + Math.floor(11 * v)) % 3) * 22;
      const grain = (random() - 0.5) * 26;
      const level = light + texture + shape + grain;
      pixels[at++] = clamp(level + 20 * v);
      pixels[at++] = clamp(level);
      pixels[at++] = clamp(level - 30 * u);
    }
  }
  return pixels;
}

function clamp(level: number): number {
  return Math.max(0, Math.min(255, Math.round(level)));
}

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
