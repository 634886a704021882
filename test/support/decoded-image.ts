import sharp from "sharp";
import { privateBlocksOf } from "./private-blocks.ts";

/** An encoded image as a viewer sees it, and what it carries beside its pixels. */
export interface DecodedImage {
  readonly width: number;
  /** Height of one frame, in pixels. */
  readonly height: number;
  readonly frames: number;
  readonly delays: readonly number[];
  readonly loop: number;
  /** The colour space of the file's own pixels, in libvips's words. */
  readonly space: string;
  readonly icc: Buffer | undefined;
  /** Names of the metadata that says where and with what; whose it is may be said. */
  readonly privateBlocks: readonly string[];
  /** Red, green, blue and opacity in sRGB, frame below frame. */
  readonly pixels: Uint8Array;
}

/** Decodes every frame. Throws if the bytes do not decode, or only with a warning. */
export async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  const metadata = await sharp(bytes, { pages: -1 }).metadata();
  const frames = metadata.pages ?? 1;
  const { data, info } = await sharp(bytes, { pages: -1, failOn: "warning", autoOrient: frames === 1 })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height / frames,
    frames,
    delays: frames > 1 ? (metadata.delay ?? []) : [],
    loop: metadata.loop ?? 0,
    space: metadata.space,
    icc: metadata.icc,
    privateBlocks: privateBlocksOf(metadata),
    pixels: data,
  };
}

/** The mean difference of two images' levels, 0 to 255; all of it if they differ in size. */
export function difference(one: DecodedImage, other: DecodedImage): number {
  if (one.pixels.length !== other.pixels.length || one.width !== other.width) return 255;
  const sum = one.pixels.reduce((total, level, index) => total + Math.abs(level - (other.pixels[index] ?? 0)), 0);
  return sum / one.pixels.length;
}
