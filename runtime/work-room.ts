import { Budget } from "./budget.ts";
import { Canvases } from "./canvases.ts";

/**
 * What decoded images may take together, at the most, per pixel: a canvas, a copy of it, and what encoders hold of both,
 * four bytes each.
 */
const BYTES_PER_PIXEL = 16;

/** What a function takes before it has any images: Node, libvips and the AWS SDK. */
const BASE_MB = 150;

/** The share of memory that is for sources as they were downloaded. */
const DOWNLOADS_SHARE = 0.1;
/** The share of memory that may be kept for the canvases of images to come: two of a photo of 24 megapixels, by default. */
const CANVASES_SHARE = 0.1;

/** Up to this size an image leaves a core idle while it is read and written, so that two a core are faster than one. */
const SMALL_PIXELS = 8_000_000;
/** The share of all pixels that large images leave to small ones, so that these go on beside the largest. */
const SMALL_SHARE = 1 / 3;

export interface Resources {
  /** Pixels of all images that are worked on at once. */
  readonly pixels: number;
  /** Bytes of all sources that are held at once, from before they are downloaded. */
  readonly downloadBytes: number;
  /** Bytes of canvases that no image needs at the moment. */
  readonly canvasBytes: number;
  readonly cores: number;
}

/** What a function of so much memory and so many cores can hold. */
export function resourcesOf(memoryMb: number, cores: number): Resources {
  const bytes = Math.max(0, memoryMb - BASE_MB) * 1_000_000;
  return {
    pixels: ((1 - DOWNLOADS_SHARE - CANVASES_SHARE) * bytes) / BYTES_PER_PIXEL,
    downloadBytes: DOWNLOADS_SHARE * bytes,
    canvasBytes: CANVASES_SHARE * bytes,
    cores,
  };
}

type ImageSize = "small" | "large";

function sizeOf(imagePixels: number): ImageSize {
  return imagePixels <= SMALL_PIXELS ? "small" : "large";
}

/** The pixels of all images of a size, and how many are worked on at once however few their pixels are. */
function sharesOf({ pixels, cores }: Resources): Readonly<Record<ImageSize, { pixels: number; atOnce: number }>> {
  return {
    small: { pixels: SMALL_SHARE * pixels, atOnce: 2 * cores },
    large: { pixels: (1 - SMALL_SHARE) * pixels, atOnce: cores },
  };
}

/** How many images of so many pixels each are worked on at once. */
export function imagesAtOnce(imagePixels: number, resources: Resources): number {
  const { pixels, atOnce } = sharesOf(resources)[sizeOf(imagePixels)];
  return Math.max(1, Math.min(atOnce, Math.floor(pixels / imagePixels)));
}

/**
 * Shares a function's memory and cores out among the images of a batch. Transfers are bounded by memory alone, and go on while
 * others' pixels are worked on.
 */
export class WorkRoom {
  readonly canvases: Canvases;
  readonly #resources: Resources;
  readonly #downloads: Budget;
  readonly #images: Readonly<Record<ImageSize, Budget>>;

  constructor(resources: Resources) {
    const { small, large } = sharesOf(resources);
    this.canvases = new Canvases(resources.canvasBytes);
    this.#resources = resources;
    this.#downloads = new Budget(resources.downloadBytes);
    this.#images = {
      small: new Budget(small.pixels, small.atOnce),
      large: new Budget(large.pixels, large.atOnce),
    };
  }

  /** Does work that holds a source of so many bytes, as soon as there is room for them. */
  hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    return this.#downloads.spend(bytes, work);
  }

  /** Does work on an image of so many pixels, as soon as there is room for them; it is told what `lanes` says of it. */
  compute<T>(pixels: number, work: (lanes: () => number) => Promise<T>): Promise<T> {
    return this.#images[sizeOf(pixels)].spend(pixels, () => work(() => this.#lanesFor(pixels)));
  }

  /** How many outputs an image may have encoded at once: what other images leave of the cores, and its own pixels of memory. */
  #lanesFor(pixels: number): number {
    const { small, large } = this.#images;
    const cores = this.#resources.cores / (small.running + large.running);
    return Math.max(1, Math.floor(Math.min(cores, this.#resources.pixels / pixels)));
  }
}
