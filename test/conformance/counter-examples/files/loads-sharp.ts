import sharp from "sharp";
import { defineTransform, options } from "../../../../runtime/contract.ts";

/** Breaks "loads without sharp", and keeps every other promise. */
export default defineTransform({
  summary: "The source in its own format, made by a decoder of its own.",
  accepts: ["image/jpeg"],
  options: options({}),
  variants: () => [{ name: "copy", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 60 },
  async *transform(source) {
    yield {
      variant: "copy",
      body: await sharp(await source.image().toBuffer())
        .jpeg()
        .toBuffer(),
    };
  },
});
