import { ALL_MEDIA_TYPES, defineTransform, integer, options } from "../runtime/contract.ts";

export default defineTransform({
  summary: "A small preview that fits a box and is never larger than its source.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    width: integer({ min: 1, max: 1024, default: 128, describe: "The box's width in pixels." }),
    height: integer({ min: 1, max: 1024, default: 128, describe: "The box's height in pixels." }),
  }),
  variants: () => [{ name: "small", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 60 },
  async *transform(source, { options: { width, height } }) {
    const image = source.image().resize(width, height, { fit: "inside", withoutEnlargement: true });
    yield { variant: "small", body: await image.toBuffer() };
  },
});
