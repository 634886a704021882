import sharp, { type Metadata, type Sharp } from "sharp";
import type { PixelLayout, Source } from "./contract.ts";
import { type Copyright, readCopyright } from "./copyright.ts";
import { notedPixels, noting } from "./encoded.ts";
import { messageOf, PipelineError } from "./errors.ts";
import { decodeGif, type GifImage } from "./gif.ts";
import { ALL_MEDIA_TYPES, MEDIA_TYPES, type MediaType, mediaTypeRow, sniff } from "./media-type.ts";
import { withoutMetadata } from "./metadata-free.ts";
import { DEFAULT_INPUT_LIMITS, DEFAULT_WORKER_SETTINGS, type InputLimits, type WorkerSettings } from "./settings.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

/** A source as the host holds it. */
export interface OpenedSource extends Source {
  /** What a reader of the result should know: that only an animation's first frame was read, and why. */
  readonly notes: readonly string[];
  /** Decodes every pixel and keeps none. Throws `SOURCE_CORRUPT` if the bytes do not decode. */
  verify(): Promise<void>;
}

/** The longest that sharp takes for a frame; GIF and WebP can say more. */
const MAX_DELAY_MS = 65_535;

allowLoaders(ALL_MEDIA_TYPES);

/**
 * Blocks every decoder of libvips but those of the given media types, for the whole process: what can't be reached can't
 * be attacked (https://sharp.pixelplumbing.com/security).
 */
export function allowLoaders(mediaTypes: readonly MediaType[]): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: mediaTypes.map((mediaType) => MEDIA_TYPES[mediaType].loader) });
}

/**
 * Opens the bytes of an upload: tells their format, reads the header, checks the limits. Throws a `PipelineError` of code
 * `SOURCE_CORRUPT`, `SOURCE_TOO_MANY_BYTES` or `SOURCE_TOO_MANY_PIXELS`. The bytes are neither copied nor changed.
 */
export async function openSource(
  bytes: Uint8Array,
  limits: InputLimits = DEFAULT_INPUT_LIMITS,
  { keepCopyright }: Pick<WorkerSettings, "keepCopyright"> = DEFAULT_WORKER_SETTINGS,
): Promise<OpenedSource> {
  if (bytes.length > limits.sourceBytes) throw tooManyBytes(bytes.length, limits);
  const mediaType = sniff(bytes);
  if (!mediaType) {
    throw new PipelineError(
      "SOURCE_CORRUPT",
      `Expected an image of ${ALL_MEDIA_TYPES.join(", ")}, received other bytes.`,
    );
  }
  const metadata = await readHeader(bytes, mediaType);
  const copyright = keepCopyright && metadata.exif ? readCopyright(metadata.exif) : {};
  return new SharpSource({ bytes, mediaType, metadata, limits, copyright });
}

export function tooManyBytes(bytes: number, limits: InputLimits): PipelineError {
  return new PipelineError(
    "SOURCE_TOO_MANY_BYTES",
    `Expected a source of at most ${limits.sourceBytes} bytes, received ${bytes}.`,
  );
}

interface SourceParts {
  readonly bytes: Uint8Array;
  readonly mediaType: MediaType;
  readonly metadata: Metadata;
  readonly limits: InputLimits;
  readonly copyright: Copyright;
}

class SharpSource implements OpenedSource {
  readonly mediaType: MediaType;
  readonly format;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly delays: readonly number[];
  readonly loop: number;
  readonly hasAlpha: boolean;
  readonly notes: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #limits: InputLimits;
  readonly #oriented: boolean;
  readonly #copyright: Copyright;
  readonly #hasSrgbProfile: boolean;
  /** Whether the file shows what `image` decodes, without anybody's help. */
  readonly #shownAsIs: boolean;
  #gif: GifImage | undefined;

  constructor({ bytes, mediaType, metadata, limits, copyright }: SourceParts) {
    const frame = { width: metadata.width, height: metadata.pageHeight ?? metadata.height };
    const still = stillReason(mediaType, metadata, frame, limits);
    const orientation = metadata.orientation ?? 1;
    this.mediaType = mediaType;
    this.format = mediaTypeRow(mediaType).format;
    this.frames = still === undefined ? (metadata.pages ?? 1) : 1;
    // An animation's frames share one canvas, which libvips can't turn; no camera writes one.
    this.#oriented = orientation > 1 && this.frames === 1;
    const sidesSwapped = this.#oriented && orientation >= 5;
    this.width = sidesSwapped ? frame.height : frame.width;
    this.height = sidesSwapped ? frame.width : frame.height;
    this.delays = this.frames > 1 ? (metadata.delay ?? []) : [];
    this.loop = metadata.loop ?? 0;
    this.hasAlpha = metadata.hasAlpha;
    this.notes = still ? [still] : [];
    const { space, icc } = metadata;
    this.#hasSrgbProfile = icc !== undefined && isSrgbProfile(icc);
    const hasBrowserColours = ["srgb", "b-w"].includes(space) && (!icc || this.#hasSrgbProfile);
    this.#shownAsIs = !still && orientation === 1 && hasBrowserColours;
    this.#bytes = bytes;
    this.#limits = limits;
    this.#copyright = copyright;
  }

  image(to: MediaType = this.mediaType): Sharp {
    const animated = this.frames > 1 && mediaTypeRow(to).animated;
    const image = noting(
      sharp(this.#bytes, {
        limitInputPixels: this.#limits.sourcePixels,
        // Cameras write files that decode well and still warn; what is truncated or wrong fails.
        failOn: "error",
        pages: animated ? -1 : 1,
        autoOrient: this.#oriented,
        ignoreIcc: this.#hasSrgbProfile,
      }),
    );
    return withCopyright(image, this.#copyright).toFormat(mediaTypeRow(to).format, mediaTypeRow(to).encoding);
  }

  gif(): GifImage {
    if (this.mediaType !== "image/gif")
      throw new TypeError(`Expected a source of image/gif, received ${this.mediaType}.`);
    this.#gif ??= decodeGif(this.#bytes, { frames: this.frames, pixels: this.#limits.sourcePixels });
    return this.#gif;
  }

  fromPixels(pixels: Uint8Array, layout: PixelLayout, to: MediaType = this.mediaType): Sharp {
    const { width, height, channels, frameHeight = height } = layout;
    const { outputPixels } = this.#limits;
    if (width * height > outputPixels) {
      throw new PipelineError(
        "OUTPUT_TOO_LARGE",
        `Expected an image of at most ${outputPixels} pixels, received ${width} x ${height}.`,
      );
    }
    const animated = frameHeight < height;
    const raw = { width, height, channels, ...(animated && { pageHeight: frameHeight }) };
    const { format, encoding } = mediaTypeRow(to);
    const image = noting(sharp(pixels, { raw, limitInputPixels: outputPixels }));
    return withCopyright(image, this.#copyright).toFormat(format, {
      ...encoding,
      ...(animated && { delay: this.delays.map((delay) => Math.min(delay, MAX_DELAY_MS)), loop: this.loop }),
    });
  }

  fromEncoded(bytes: Uint8Array): Sharp {
    const mediaType = sniff(bytes);
    const pages = mediaType && mediaTypeRow(mediaType).animated ? -1 : 1;
    return noting(sharp(bytes, { limitInputPixels: this.#limits.sourcePixels, failOn: "error", pages }));
  }

  withoutMetadata(): Uint8Array | undefined {
    const isOwned = Object.keys(this.#copyright).length > 0;
    return this.#shownAsIs && !isOwned ? withoutMetadata(this.#bytes, this.mediaType) : undefined;
  }

  async verify(): Promise<void> {
    try {
      // To one pixel, without the decoder's own shrinking: all is decoded, in strips.
      await this.image().resize(1, 1, { fit: "fill", fastShrinkOnLoad: false }).raw().toBuffer();
    } catch (cause) {
      throw corrupt(this.mediaType, cause);
    }
  }
}

/** Has an image say whose it is, as far as its format has EXIF and libvips writes it: not in GIF and TIFF. */
function withCopyright(image: Sharp, copyright: Copyright): Sharp {
  const fields = Object.entries(copyright);
  if (fields.length === 0) return image;
  // libvips takes parentheses at the end of a text for a remark of its own, and drops them.
  return image.withExif({ IFD0: Object.fromEntries(fields.map(([name, text]) => [name, `${text} ()`])) });
}

async function readHeader(bytes: Uint8Array, mediaType: MediaType): Promise<Metadata> {
  try {
    // Only the header is read here, so that an error of ours can name the dimensions.
    return await sharp(bytes, {
      limitInputPixels: false,
      failOn: "error",
      pages: mediaTypeRow(mediaType).animated ? -1 : 1,
    }).metadata();
  } catch (cause) {
    throw corrupt(mediaType, cause);
  }
}

function corrupt(mediaType: MediaType, cause: unknown): PipelineError {
  return new PipelineError(
    "SOURCE_CORRUPT",
    `Expected bytes that decode as ${mediaType}, received: ${messageOf(cause).trim()}`,
    { cause },
  );
}

/** Why only the first frame of an animation is read, or `undefined` if all are; throws if even one frame is too large. */
function stillReason(
  mediaType: MediaType,
  metadata: Metadata,
  frame: { width: number; height: number },
  limits: InputLimits,
): string | undefined {
  const pixels = frame.width * frame.height;
  if (pixels > limits.sourcePixels) {
    throw new PipelineError(
      "SOURCE_TOO_MANY_PIXELS",
      `Expected a source of at most ${limits.sourcePixels} pixels, received ${frame.width} x ${frame.height}.`,
    );
  }
  const frames = metadata.pages ?? 1;
  if (frames === 1) return undefined;
  if (!mediaTypeRow(mediaType).animated) return `Only the first of ${frames} images was read.`;
  if (frames > limits.sourceFrames)
    return `Only the first of ${frames} frames was read, since the limit is ${limits.sourceFrames} frames.`;
  if (frames * pixels > limits.sourcePixels)
    return `Only the first of ${frames} frames was read, since together they exceed ${limits.sourcePixels} pixels.`;
}

/** The pixels of an encoded output over all frames, or what is wrong with it; reads at most its header. */
export async function inspectOutput(body: Uint8Array): Promise<{ pixels: number; problem?: string }> {
  const noted = notedPixels(body);
  if (noted !== undefined) return { pixels: noted };
  try {
    const { width, height } = await sharp(body, { limitInputPixels: false, pages: -1 }).metadata();
    return { pixels: width * height };
  } catch (error) {
    return { pixels: 0, problem: messageOf(error) };
  }
}

/** The version of the library that makes outputs: another may make other bytes. */
export const SHARP_VERSION = sharp.versions.sharp;
