import sharp from "sharp";
import type { Format } from "../../runtime/contract.ts";

const COLOURS = { red: "#ff0000", green: "#00ff00", blue: "#0000ff" } as const;

export type PlainColour = keyof typeof COLOURS;

/** A small image of one colour: the least that tells one source from another. */
export function plainImage(colour: PlainColour, format: Format = "png"): Promise<Buffer> {
  return sharp({ create: { width: 16, height: 8, channels: 3, background: COLOURS[colour] } })
    .toFormat(format, format === "gif" || format === "tiff" ? {} : { quality: 100 })
    .toBuffer();
}

/** The colour of a plain image, even after a lossy encoding. */
export async function colourOf(image: Uint8Array): Promise<PlainColour> {
  const { dominant } = await sharp(image).stats();
  if (dominant.r > dominant.g && dominant.r > dominant.b) return "red";
  return dominant.g > dominant.b ? "green" : "blue";
}
