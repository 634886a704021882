import {
  ALL_MEDIA_TYPES,
  defineTransform,
  type Format,
  integer,
  options,
  type PixelLayout,
  type Sharp,
  type Source,
} from "../runtime/contract.ts";

interface Pixels extends PixelLayout {
  readonly pixels: Uint8Array;
}

type LossyFormat = Extract<Format, "jpeg" | "webp" | "avif">;

/** The qualities among which one is chosen; what lies outside is visible, or not worth its bytes. */
const QUALITIES = {
  jpeg: { min: 75, max: 92 },
  webp: { min: 70, max: 92 },
  avif: { min: 50, max: 80 },
} as const satisfies Record<LossyFormat, { min: number; max: number }>;

/** The structural similarity that all blocks of 8 x 8 pixels keep, but for one in twenty. Chosen by eye. */
const SIMILARITY = 0.92;
const WORST_SHARE = 0.05;
const BLOCK = 8;

/** Qualities are tried on so many parts of an image, in their own size, since each trial of a whole would take seconds. */
const TILES = 24;
const TILE = 128;

/** Levels by which a GIF's colours may be off: less than a palette of 256 is to a photo. */
const GIF_TOLERANCE = 12;

export default defineTransform({
  summary: "The source in its own size and format, in as few bytes as its look allows.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    quality: integer({
      min: 0,
      max: 100,
      default: 0,
      describe: "Quality of JPEG, WebP and AVIF; 0 measures which one looks like the source.",
    }),
  }),
  variants: () => [{ name: "optimized", format: "source" }],
  limits: { memoryMb: 3008, timeoutSeconds: 300 },
  async *transform(source, { options: { quality } }) {
    const encoded = await encode(source, quality);
    // What its maker has already made small is left as it is, but for its metadata.
    const copy = source.withoutMetadata();
    yield { variant: "optimized", body: smallest(copy ? [...encoded, copy] : encoded) };
  },
});

/** The source encoded anew in one way or several, all of one look; in none only if there is a copy of it. */
async function encode(source: Source, quality: number): Promise<Uint8Array[]> {
  switch (source.format) {
    case "png":
      return encodePng(source);
    case "gif":
      return encodeGif(source);
    case "tiff":
      return encodeTiff(source);
    default:
      return [await encodeLossy(source, source.format, quality)];
  }
}

/** Without any loss. */
async function encodePng(source: Source): Promise<Uint8Array[]> {
  const plain = await source.image().png({ compressionLevel: 9, adaptiveFiltering: false }).toBuffer();
  const filtered = await source.image().png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
  const pixels = await levels(source.image());
  if (!fitsPalette(pixels)) return [plain, filtered];
  const palette = await source.image().png({ palette: true, dither: 0, effort: 10, compressionLevel: 9 }).toBuffer();
  const exact = (await levels(source.fromEncoded(palette))).equals(pixels);
  return exact ? [plain, filtered, palette] : [plain, filtered];
}

/** Whether there are no more than 256 colours. */
function fitsPalette(pixels: Buffer): boolean {
  const colours = new Set<number>();
  for (let at = 0; at < pixels.length && colours.size <= 256; at += 4) colours.add(pixels.readUInt32LE(at));
  return colours.size <= 256;
}

/** Without any loss; of images that are black and white alone, as fax machines do it. */
async function encodeTiff(source: Source): Promise<Uint8Array[]> {
  const { bitsPerSample } = await source.image().metadata();
  if (bitsPerSample === 1) {
    const fax = { compression: "ccittfax4", predictor: "none", bitdepth: 1, miniswhite: true } as const;
    return [await source.image().toColourspace("b-w").tiff(fax).toBuffer()];
  }
  return [
    await source.image().tiff({ compression: "deflate", predictor: "horizontal" }).toBuffer(),
    await source.image().tiff({ compression: "deflate", predictor: "none" }).toBuffer(),
  ];
}

/** With the palettes of the source, and frames that repeat nothing; not at all if that changes what is seen. */
async function encodeGif(source: Source): Promise<Uint8Array[]> {
  const encoded = await source.image().gif({ effort: 10, dither: 0 }).toBuffer();
  if (!source.withoutMetadata() || (await looksAlike(source, encoded))) return [encoded];
  return [];
}

/** Whether an animation shows the same at all times; frames that show the same may have become one. */
async function looksAlike(source: Source, encoded: Uint8Array): Promise<boolean> {
  const { delay = [] } = await source.fromEncoded(encoded).metadata();
  const [before, after] = [await levels(source.image()), await levels(source.fromEncoded(encoded))];
  const frameBytes = 4 * source.width * source.height;
  const starts = startsOf(delay);
  return startsOf(source.delays.length > 0 ? source.delays : [0]).every((start, frame) => {
    const shown = starts.findLastIndex((other) => other <= start);
    const [one, other] = [before, after].map((all, index) => {
      const first = (index === 0 ? frame : Math.max(0, shown)) * frameBytes;
      return all.subarray(first, first + frameBytes);
    });
    return one && other && isClose(one, other);
  });
}

/** Whether what can be seen of two frames differs by no more than the tolerance. */
function isClose(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((level, at) => {
    const alpha = at | 3;
    if (one[alpha] === 0 && other[alpha] === 0) return true;
    return Math.abs(level - (other[at] ?? 0)) <= GIF_TOLERANCE;
  });
}

function startsOf(delays: readonly number[]): number[] {
  let end = 0;
  return delays.map((delay) => {
    end += delay;
    return end - delay;
  });
}

/** Red, green, blue and opacity of all pixels. */
function levels(image: Sharp): Promise<Buffer> {
  return image.ensureAlpha().raw().toBuffer();
}

async function encodeLossy(source: Source, format: LossyFormat, quality: number): Promise<Uint8Array> {
  const { chromaSubsampling = "", space } = await source.image().metadata();
  // Colours in full detail, unless it is known that the source has them in less.
  const chroma = /^4:[12]/.test(chromaSubsampling) ? "4:2:0" : "4:4:4";
  // Grey stays grey, where it would become three equal channels.
  const colours = space === "b-w" ? "b-w" : "srgb";
  const { data, info } = await source.image().toColourspace(colours).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const whole = { pixels: data, width, height, channels, frameHeight: height / source.frames };
  const encodeAs = (of: Pixels, quality: number) =>
    withQuality(source.fromPixels(of.pixels, of).toColourspace(colours), format, quality, chroma).toBuffer();
  return encodeAs(whole, quality || (await measureQuality(source, QUALITIES[format], tilesOf(whole), encodeAs)));
}

function withQuality(image: Sharp, format: LossyFormat, quality: number, chromaSubsampling: string): Sharp {
  if (format === "jpeg") return image.jpeg({ quality, chromaSubsampling, mozjpeg: true });
  if (format === "avif") return image.avif({ quality, chromaSubsampling, effort: 3 });
  return image.webp({ quality, effort: 5 });
}

/** The lowest quality at which an image still looks like itself, by bisection. */
async function measureQuality(
  source: Source,
  { min, max }: { min: number; max: number },
  image: Pixels,
  encodeAs: (image: Pixels, quality: number) => Promise<Uint8Array>,
): Promise<number> {
  const before = luminance(image.pixels, image.channels);
  let [low, high] = [min, max];
  while (low < high) {
    const quality = Math.floor((low + high) / 2);
    const decoder = source.fromEncoded(await encodeAs(image, quality));
    const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
    if (similarity(before, luminance(data, info.channels), image) >= SIMILARITY) high = quality;
    else low = quality + 1;
  }
  return high;
}

/** Parts of an image from all over it, one below the other and without opacity: on grey. */
function tilesOf({ pixels, width, height, channels }: Pixels): Pixels {
  const [tileWidth, tileHeight] = [Math.min(TILE, width), Math.min(TILE, height)];
  const columns = clamp(Math.round(Math.sqrt((TILES * width) / height)), 1, Math.floor(width / tileWidth));
  const rows = clamp(Math.floor(TILES / columns), 1, Math.floor(height / tileHeight));
  const opaque = channels < 3 ? 1 : 3;
  const hasAlpha = channels === 2 || channels === 4;
  const tiles = new Uint8Array(rows * columns * tileHeight * tileWidth * opaque);
  let target = 0;
  for (let tile = 0; tile < rows * columns; tile++) {
    const left = startOf(tile % columns, columns, width, tileWidth);
    const top = startOf(Math.floor(tile / columns), rows, height, tileHeight);
    for (let y = 0; y < tileHeight; y++) {
      for (let x = 0; x < tileWidth; x++) {
        const at = ((top + y) * width + left + x) * channels;
        const alpha = hasAlpha ? (pixels[at + opaque] ?? 255) / 255 : 1;
        for (let channel = 0; channel < opaque; channel++)
          tiles[target++] = Math.round((pixels[at + channel] ?? 0) * alpha + 128 * (1 - alpha));
      }
    }
  }
  return { pixels: tiles, width: tileWidth, height: rows * columns * tileHeight, channels: opaque };
}

/** Where one of so many tiles begins, on the grid of encoders' blocks. */
function startOf(index: number, count: number, length: number, tile: number): number {
  return Math.floor((((index + 0.5) / count) * (length - tile)) / 16) * 16;
}

/** Rec. 601, as encoders have it. */
function luminance(pixels: Uint8Array, channels: number): Float32Array {
  const levels = new Float32Array(pixels.length / channels);
  for (let pixel = 0; pixel < levels.length; pixel++) {
    const at = pixel * channels;
    const [red = 0, green = red, blue = red] =
      channels < 3 ? [pixels[at]] : [pixels[at], pixels[at + 1], pixels[at + 2]];
    levels[pixel] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return levels;
}

/** The structural similarity (Wang et al. 2004) of the worst blocks but the very worst: 1 for the same. */
function similarity(one: Float32Array, other: Float32Array, { width, height }: Pixels): number {
  const blocks: number[] = [];
  const [blockWidth, blockHeight] = [Math.min(BLOCK, width), Math.min(BLOCK, height)];
  for (let top = 0; top + blockHeight <= height; top += blockHeight) {
    for (let left = 0; left + blockWidth <= width; left += blockWidth)
      blocks.push(
        similarityOfBlock(one, other, { left, top, right: left + blockWidth, bottom: top + blockHeight, width }),
      );
  }
  return blocks.sort((a, b) => a - b)[Math.floor(blocks.length * WORST_SHARE)] ?? 1;
}

interface Block {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Of the whole image. */
  readonly width: number;
}

function similarityOfBlock(one: Float32Array, other: Float32Array, { left, top, right, bottom, width }: Block): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [a, b] = [one[y * width + x] ?? 0, other[y * width + x] ?? 0];
      sumA += a;
      sumB += b;
      squaresA += a * a;
      squaresB += b * b;
      products += a * b;
    }
  }
  const count = (right - left) * (bottom - top);
  const [meanA, meanB] = [sumA / count, sumB / count];
  const variances = squaresA / count - meanA ** 2 + squaresB / count - meanB ** 2;
  const covariance = products / count - meanA * meanB;
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((meanA ** 2 + meanB ** 2 + c1) * (variances + c2));
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(value, max));
}

function smallest(bodies: readonly Uint8Array[]): Uint8Array {
  return bodies.reduce((least, body) => (body.length < least.length ? body : least));
}
