import { defineTransform, options } from "../../../../runtime/contract.ts";

/** What it keeps of each pixel. */
const BYTES = 64;

/** Breaks "stays within its memory", and keeps every other promise. */
export default defineTransform({
  summary: "The source in its own format, with every pixel in 64 bytes meanwhile.",
  accepts: ["image/jpeg"],
  options: options({}),
  variants: () => [{ name: "copy", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 60 },
  async *transform(source) {
    const pixels = Buffer.alloc(source.width * source.height * BYTES, 1);
    yield { variant: "copy", body: await source.image().toBuffer() };
    pixels.fill(0);
  },
});
