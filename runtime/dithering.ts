import pLimit from "p-limit";
import type { Sharp } from "sharp";

/** What sharp keeps of how an instance encodes; it has no other way to ask for it. */
interface EncoderOptions {
  readonly formatOut: string;
  readonly gifDither: number;
  readonly pngPalette: boolean;
  readonly pngDither: number;
}

const inTurn = pLimit(1);

/**
 * Has a sharp instance and its clones take turns with all others in this process where they dither to a palette. Libimagequant
 * begins with numbers of the C library's `rand`, which threads share: two at once would now and then give other bytes than one
 * (https://github.com/lovell/libimagequant/blob/main/libimagequant.c, `remap_to_palette_floyd`). Those that are asked for with a
 * callback have no turn.
 */
export function ditheringInTurn(image: Sharp): Sharp {
  const [toBuffer, clone] = [image.toBuffer.bind(image), image.clone.bind(image)];
  return Object.assign(image, {
    toBuffer: (...args: Parameters<typeof toBuffer>) => {
      const isPromised = !args.some((argument) => typeof argument === "function");
      return isPromised && dithers(image) ? inTurn(() => toBuffer(...args)) : toBuffer(...args);
    },
    clone: () => ditheringInTurn(clone()),
  });
}

function dithers(image: Sharp): boolean {
  const { formatOut, gifDither, pngPalette, pngDither } = (image as unknown as { readonly options: EncoderOptions })
    .options;
  if (formatOut === "png") return pngPalette && pngDither > 0;
  // What is encoded as it came may be a GIF.
  return ["gif", "input"].includes(formatOut) && gifDither > 0;
}
