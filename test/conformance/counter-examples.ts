import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { integer, type Output, options, type Source, type Transform } from "../../runtime/contract.ts";
import loadsSharp from "./counter-examples/loads-sharp.ts";

interface CounterExample {
  readonly transform: Transform;
  readonly file?: string;
}

/** Keeps every promise: the source, encoded anew. */
export const KEEPS_ALL: Transform = {
  summary: "The source in its own format.",
  accepts: ["image/jpeg", "image/gif"],
  options: options({}),
  variants: () => [{ name: "copy", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 60 },
  async *transform(source) {
    yield { variant: "copy", body: await copy(source) };
  },
};

/** For each promise, a transform that breaks it and no other. */
export const COUNTER_EXAMPLES: Readonly<Record<string, CounterExample>> = {
  "is summed up in one sentence": { transform: { ...KEEPS_ALL, summary: "The source. In its own format." } },

  "needs no configuration": {
    transform: {
      ...KEEPS_ALL,
      options: options({ side: integer({ min: 1, max: 9, default: 0, describe: "A side." }) }),
    },
  },

  "names its variants legally": {
    transform: {
      ...KEEPS_ALL,
      variants: () => [{ name: "8/8", format: "source" }],
      async *transform(source) {
        yield { variant: "8/8", body: await copy(source) };
      },
    },
  },

  "declares the same variants each time": { transform: withVariantsInChangingOrder() },

  "asks for limits that a function can have": {
    transform: { ...KEEPS_ALL, limits: { memoryMb: 64, timeoutSeconds: 60 } },
  },

  "loads without sharp": {
    transform: loadsSharp as Transform,
    file: fileURLToPath(new URL("counter-examples/loads-sharp.ts", import.meta.url)),
  },

  "takes every source of the types it accepts": yielding(async function* (source) {
    if (source.width === 1 && source.height === 1) throw new RangeError("One pixel is no picture.");
    yield { variant: "copy", body: await copy(source) };
  }),

  "yields exactly its declared variants": yielding(async function* (source) {
    yield { variant: "copy", body: await copy(source) };
    if (source.frames > 1) yield { variant: "first-frame", body: await copy(source) };
  }),

  "writes the formats it declares": yielding(async function* (source) {
    yield { variant: "copy", body: await source.image("image/png").png().toBuffer() };
  }),

  "gives the same bytes twice": yielding(async function* (source) {
    // Decoders don't read what follows the end of the image.
    yield { variant: "copy", body: Buffer.concat([await copy(source), Buffer.from(randomUUID())]) };
  }),

  "leaves the source's bytes unchanged": yielding(async function* (source) {
    yield { variant: "copy", body: await copy(source) };
    // The contract gives no way to the bytes; sharp's internals do.
    const { options } = source.image() as unknown as { options: { input: { buffer: Buffer } } };
    options.input.buffer.reverse();
  }),

  "fails on a broken source": yielding(async function* (source) {
    const flat = source.fromPixels(new Uint8Array(3), { width: 1, height: 1, channels: 3 });
    const body = await copy(source).catch(() => flat.toFormat(source.format).toBuffer());
    yield { variant: "copy", body };
  }),

  "drops private metadata": yielding(async function* (source) {
    yield { variant: "copy", body: await source.image().keepXmp().toFormat(source.format).toBuffer() };
  }),

  "applies EXIF orientation": yielding(async function* (source) {
    const { orientation = 1 } = await source.image().metadata();
    const turned = orientation > 1 ? source.image().rotate(180) : source.image();
    yield { variant: "copy", body: await turned.toFormat(source.format).toBuffer() };
  }),

  "converts colours to sRGB": yielding(async function* (source) {
    yield { variant: "copy", body: await source.image().keepIccProfile().toFormat(source.format).toBuffer() };
  }),

  "keeps animation where it keeps the format": yielding(async function* (source) {
    // To a type that has no frames: the first is read alone.
    yield { variant: "copy", body: await source.image("image/png").toFormat(source.format).toBuffer() };
  }),
};

function yielding(transform: (source: Source) => AsyncIterable<Output>): CounterExample {
  return { transform: { ...KEEPS_ALL, transform } };
}

/** What the host makes of them is the same; a plan made twice is not. */
function withVariantsInChangingOrder(): Transform {
  let calls = 0;
  const variants = [
    { name: "copy", format: "source" },
    { name: "twin", format: "source" },
  ] as const;
  return {
    ...KEEPS_ALL,
    variants: () => (calls++ % 2 === 0 ? variants : variants.toReversed()),
    async *transform(source) {
      for (const { name } of variants) yield { variant: name, body: await copy(source) };
    },
  };
}

function copy(source: Source): Promise<Buffer> {
  return source.image().toFormat(source.format).toBuffer();
}
