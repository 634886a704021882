import {
  ALL_MEDIA_TYPES,
  defineTransform,
  integer,
  listOf,
  type MediaType,
  oneOf,
  options,
  type PixelLayout,
  type Source,
} from "../runtime/contract.ts";

/** The formats that can be asked for. */
const FORMATS = {
  avif: "image/avif",
  webp: "image/webp",
  source: "source",
} as const satisfies Record<string, MediaType | "source">;

/** The longest side that every one of the formats can express, in pixels: WebP's. */
const MAX_SIDE = 16_383;

/** The next step makes files a tenth smaller, in five times the time. */
const AVIF_EFFORT = 3;

export default defineTransform({
  summary: "The widths that a browser chooses from (srcset), in modern formats; none is wider than the source.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    widths: listOf({
      of: integer({ min: 1, max: 8192, default: 320, describe: "A width in pixels." }),
      maxLength: 12,
      default: [320, 640, 1024, 1600, 2048],
      describe: "Widths in pixels; those beyond the source's own are made in that.",
    }),
    formats: listOf({
      of: oneOf({ values: ["avif", "webp", "source"], default: "webp", describe: "A format." }),
      maxLength: 3,
      default: ["avif", "webp"],
      describe: "Formats of each width, source being the upload's own; AVIF shows the first frame of an animation.",
    }),
    avifQuality: integer({ min: 1, max: 100, default: 50, describe: "Quality of AVIF." }),
    webpQuality: integer({ min: 1, max: 100, default: 75, describe: "Quality of WebP." }),
    jpegQuality: integer({
      min: 1,
      max: 100,
      default: 80,
      describe: "Quality of JPEG, where that is the source's format.",
    }),
  }),
  variants: ({ widths, formats }) =>
    widths.flatMap((width) => formats.map((format) => ({ name: `${format}-${width}`, format: FORMATS[format] }))),
  limits: { memoryMb: 1769, timeoutSeconds: 300 },
  async *transform(source, { options: { widths, formats, ...qualities } }) {
    // Whatever is wider than the source is the same image.
    for (const [width, same] of Map.groupBy(widths, (width) => Math.min(width, source.width))) {
      const scaled = await scale(source, width);
      for (const format of formats) {
        const body = await encode(source, scaled, FORMATS[format], qualities);
        for (const width of same) yield { variant: `${format}-${width}`, body };
      }
    }
  },
});

/** Pixels to be encoded, once for each format. */
interface Scaled extends Required<PixelLayout> {
  readonly pixels: Uint8Array;
}

interface Qualities {
  readonly avifQuality: number;
  readonly webpQuality: number;
  readonly jpegQuality: number;
}

async function scale(source: Source, width: number): Promise<Scaled> {
  const { data, info } = await source
    // With every frame, for those formats that take more than one.
    .image("image/webp")
    .resize(width, MAX_SIDE, { fit: "inside", withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { height, channels } = info;
  return { pixels: data, width: info.width, height, channels, frameHeight: height / source.frames };
}

function encode(source: Source, scaled: Scaled, format: MediaType | "source", qualities: Qualities): Promise<Buffer> {
  const to = format === "source" ? source.mediaType : format;
  const { pixels, height } = to === "image/avif" ? firstFrame(scaled) : scaled;
  const image = source.fromPixels(pixels, { ...scaled, height }, to);
  if (to === "image/avif") image.avif({ quality: qualities.avifQuality, effort: AVIF_EFFORT });
  if (to === "image/webp") image.webp({ quality: qualities.webpQuality });
  if (to === "image/jpeg") image.jpeg({ quality: qualities.jpegQuality });
  return image.toBuffer();
}

function firstFrame({ pixels, width, frameHeight, channels }: Scaled): { pixels: Uint8Array; height: number } {
  return { pixels: pixels.subarray(0, width * frameHeight * channels), height: frameHeight };
}
