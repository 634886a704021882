import { rgbaToThumbHash } from "thumbhash";
import { ALL_MEDIA_TYPES, defineTransform, integer, options, type Source } from "../runtime/contract.ts";

/** The longest side that a ThumbHash is computed from, in pixels. */
const THUMB_HASH_SIDE = 100;

/** How strongly colours are told apart when they are counted: by the first bits of their levels. */
const COUNTED_BITS = 3;

export default defineTransform({
  summary:
    "What a page shows until an image is there: its size, dominant colour, ThumbHash and a tiny preview, as JSON.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    side: integer({ min: 4, max: 64, default: 24, describe: "The preview's longer side in pixels." }),
    quality: integer({ min: 1, max: 100, default: 50, describe: "The preview's quality." }),
  }),
  variants: () => [{ name: "placeholder", format: "application/json" }],
  limits: { memoryMb: 1769, timeoutSeconds: 60 },
  async *transform(source, { options: { side, quality } }) {
    const base = await read(source);
    const small = await source
      .fromPixels(base.pixels, { ...base, channels: 4 }, "image/png")
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .toBuffer();
    // Encoded anew, without the notice of copyright that images carry: a page has a few hundred bytes for it.
    const preview = source.fromEncoded(small).webp({ quality, alphaQuality: quality });
    const placeholder = {
      width: source.width,
      height: source.height,
      aspectRatio: Number((source.width / source.height).toPrecision(5)),
      dominantColor: toHex(dominantColour(base.pixels)),
      thumbHash: Buffer.from(rgbaToThumbHash(base.width, base.height, base.pixels)).toString("base64"),
      blurDataUrl: `data:image/webp;base64,${(await preview.toBuffer()).toString("base64")}`,
    };
    yield { variant: "placeholder", body: Buffer.from(JSON.stringify(placeholder)) };
  },
});

/** The source, or its first frame, in as many pixels as a ThumbHash takes: red, green, blue and opacity. */
async function read(source: Source): Promise<{ pixels: Uint8Array; width: number; height: number }> {
  const { data, info } = await source
    .image("image/png")
    .resize(THUMB_HASH_SIDE, THUMB_HASH_SIDE, { fit: "inside", withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** The mean of the most frequent kind of colour; a pixel counts as much as it is seen. */
function dominantColour(pixels: Uint8Array): readonly number[] {
  const kinds = new Map<number, { weight: number; sums: [number, number, number] }>();
  for (let at = 0; at < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0, weight = 0] = pixels.subarray(at, at + 4);
    const kind = [red, green, blue].reduce((bits, level) => (bits << COUNTED_BITS) | (level >> (8 - COUNTED_BITS)), 0);
    const counted = kinds.get(kind) ?? { weight: 0, sums: [0, 0, 0] };
    const [reds, greens, blues] = counted.sums;
    kinds.set(kind, {
      weight: counted.weight + weight,
      sums: [reds + red * weight, greens + green * weight, blues + blue * weight],
    });
  }
  const { weight, sums } = [...kinds.values()].reduce((most, kind) => (kind.weight > most.weight ? kind : most));
  // What can't be seen at all has no colour, and is given white.
  return weight === 0 ? [255, 255, 255] : sums.map((sum) => Math.round(sum / weight));
}

function toHex(colour: readonly number[]): string {
  return `#${colour.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
}
