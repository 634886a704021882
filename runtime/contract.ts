import type { Sharp } from "sharp";
import type { Canvases } from "./canvases.ts";
import type { GifImage } from "./gif.ts";
import type { Format, MediaType } from "./media-type.ts";
import type { OptionsSchema } from "./options.ts";
import type { OutputType } from "./output-type.ts";

export type { Sharp } from "sharp";
export type { Canvases } from "./canvases.ts";
export type { GifImage, QuarterTurn } from "./gif.ts";
export { ALL_MEDIA_TYPES, type Format, type MediaType } from "./media-type.ts";
export { boolean, integer, listOf, number, oneOf, options, text } from "./options.ts";
export type { OutputType } from "./output-type.ts";

/**
 * A plugin: data, and one async generator. The default export of every file in `transforms/`; the file's name is the
 * transform's name.
 */
export interface Transform<Options = unknown> {
  /** One sentence: what its outputs are. */
  readonly summary: string;
  /** The media types it takes. Told apart by a source's bytes; anything else is skipped, not failed. */
  readonly accepts: readonly MediaType[];
  /** What a stack may configure. Every option has a default: a transform needs no configuration. */
  readonly options: OptionsSchema<Options>;
  /** The outputs that `transform` yields, each exactly once. Pure: from the options alone. */
  readonly variants: (options: Options) => readonly Variant[];
  /** What one run may use; a stack may configure other limits. */
  readonly limits: Limits;
  /**
   * What it breaks on purpose of what every transform promises: the promise, as `npm run conformance` words it, and the reason
   * in one sentence.
   */
  readonly exceptions?: Readonly<Record<string, string>>;
  /**
   * Yields the declared variants of one source. The host stores each output before it asks for the next, so that one
   * output is in memory at a time. What it throws goes to the worker's dead-letter queue.
   */
  readonly transform: (source: Source, context: TransformContext<Options>) => AsyncIterable<Output>;
}

/** The name and format of one output of a transform. */
export interface Variant {
  /** Lower-case letters, digits and single hyphens; a part of the output's key. */
  readonly name: string;
  /** `source` for the source's own format. Outputs may be JSON, too, of at most 1 MiB. */
  readonly format: OutputType | "source";
}

export interface Limits {
  /** The function's memory in MB, 128 to 10,240. 1,769 MB come with one whole vCPU. */
  readonly memoryMb: number;
  /** The function's time for one batch in seconds, 1 to 900. */
  readonly timeoutSeconds: number;
}

/** An encoded image or a document, complete. */
export interface Output {
  /** The name of a declared variant. */
  readonly variant: string;
  readonly body: Uint8Array;
}

/** An upload opened for reading, already checked against the input limits. */
export interface Source {
  readonly mediaType: MediaType;
  /** The media type's name in sharp. */
  readonly format: Format;
  /** Width of one frame in pixels, with EXIF orientation applied. */
  readonly width: number;
  /** Height of one frame in pixels, with EXIF orientation applied. */
  readonly height: number;
  /** The number of frames, 1 for a still image. */
  readonly frames: number;
  /** Milliseconds that each frame is shown; empty for a still image. */
  readonly delays: readonly number[];
  /** How often the animation plays, 0 for ever. */
  readonly loop: number;
  /** Whether pixels may be transparent. */
  readonly hasAlpha: boolean;
  /**
   * A fresh decoder: limited, EXIF orientation applied, colours converted to sRGB, metadata dropped but for copyright and
   * artist, to be encoded as `to`, which is the source's own type by default. Call it once per output. It reads every frame
   * if `to` can carry them, else the first. What is dithered to a palette, as GIFs are by default, may differ in some pixels'
   * shades from one time to the next if others are dithered at that moment: libimagequant begins with numbers of the C
   * library's `rand`, which threads share.
   */
  image(to?: MediaType): Sharp;
  /** A GIF's frames as palette indexes, decoded once however often it is called. Throws if the source is no GIF. */
  gif(): GifImage;
  /**
   * An image made of raw 8-bit sRGB pixels, to be encoded as `to`, which is the source's own type by default. Several frames
   * are shown as long and as often as the source's, whose copyright and artist the image has too.
   */
  fromPixels(pixels: Uint8Array, layout: PixelLayout, to?: MediaType): Sharp;
  /**
   * A decoder of another image and all its frames: one that the transform has made, or one that it is
   * configured with. Metadata is dropped.
   */
  fromEncoded(bytes: Uint8Array): Sharp;
  /**
   * The source's own bytes without metadata, its compressed pixels untouched; nothing if they show another image than
   * `image()` does, which turns it upright and converts its colours, if it names an owner whose name outputs keep, or if the
   * format is AVIF or TIFF. The pixels are not decoded here, so that a broken source goes unnoticed: use `image()` as well.
   */
  withoutMetadata(): Uint8Array | undefined;
}

/** How raw pixels lie in memory: row after row, frame below frame. */
export interface PixelLayout {
  readonly width: number;
  /** Height of all frames together, in pixels. */
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** Height of one frame, in pixels; the whole height by default. */
  readonly frameHeight?: number;
}

/** What a run is given beside its source. */
export interface TransformContext<Options> {
  readonly options: Options;
  /** Aborts when the worker's time is nearly up. Stop soon after. */
  readonly signal: AbortSignal;
  /** Structured log lines that name the upload and the worker by themselves. */
  readonly log: Log;
  /**
   * How many outputs may be encoded at once, at this moment: 1 while other images need the cores or the memory. Heed it if
   * outputs are large and independent of one another; it is always right to encode one after the other.
   */
  readonly lanes: () => number;
  /**
   * Memory for pixels that the transform draws itself, for `Source.fromPixels`. It is used again from image to image, which
   * saves as much as a third of the CPU time: a canvas that is taken holds anything, and is given back once it is encoded.
   */
  readonly canvases: Canvases;
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/** Declares a transform; its options are typed by their schema. */
export function defineTransform<Options>(transform: Transform<Options>): Transform<Options> {
  return transform;
}
