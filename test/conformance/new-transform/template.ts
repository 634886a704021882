// All that a transform may import, and all there is to read: every type has its promise there.
import { ALL_MEDIA_TYPES, defineTransform, integer, options } from "../../../runtime/contract.ts";

export default defineTransform({
  // One sentence about the outputs; the README has it.
  summary: "The source in its own format, scaled down to a width and never enlarged.",

  // A list such as ["image/jpeg", "image/png"] if not all. Bytes decide, not names; other uploads are skipped.
  accepts: ALL_MEDIA_TYPES,

  // What a stack may configure, each with a default. There are integer, number, boolean, text, oneOf and listOf.
  options: options({
    width: integer({ min: 1, max: 8192, default: 640, describe: "The largest width in pixels." }),
  }),

  // What is yielded below, from the options alone: `source` is the source's own format, else a media type.
  variants: () => [{ name: "scaled", format: "source" }],

  // What one run may use on the largest source; 1,769 MB come with one whole processor.
  limits: { memoryMb: 1769, timeoutSeconds: 60 },

  async *transform(source, { options: { width } }) {
    // A fresh decoder for each output: oriented, in sRGB, without metadata, with all frames if the format has frames.
    // It is sharp's (https://sharp.pixelplumbing.com). For another format, name it: source.image("image/webp").
    const image = source.image().resize({ width, withoutEnlargement: true });

    // Each declared variant once. It is stored before the next is asked for.
    yield { variant: "scaled", body: await image.toBuffer() };
  },
});
