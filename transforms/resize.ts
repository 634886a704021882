import { ALL_MEDIA_TYPES, defineTransform, integer, options } from "../runtime/contract.ts";

/** Formats whose encoders take a quality and stay what they are; a PNG would lose colours by one. */
const LOSSY = ["jpeg", "webp", "avif"];

export default defineTransform({
  summary: "The source in its own format, scaled down to fit a box and never enlarged.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    width: integer({ min: 1, max: 8192, default: 1600, describe: "The box's width in pixels." }),
    height: integer({ min: 1, max: 8192, default: 1600, describe: "The box's height in pixels." }),
    quality: integer({ min: 1, max: 100, default: 80, describe: "Quality of JPEG, WebP and AVIF." }),
  }),
  variants: () => [{ name: "fit", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 120 },
  async *transform(source, { options: { width, height, quality } }) {
    const image = source.image().resize(width, height, { fit: "inside", withoutEnlargement: true });
    if (LOSSY.includes(source.format)) image.toFormat(source.format, { quality });
    yield { variant: "fit", body: await image.toBuffer() };
  },
});
