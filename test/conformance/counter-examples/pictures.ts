import type { PICTURE_PROMISES } from "../picture-promises.ts";
import { type CounterExample, yielding } from "./counter-example.ts";

export const PICTURE_COUNTER_EXAMPLES: Readonly<Record<keyof typeof PICTURE_PROMISES, CounterExample>> = {
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

  "keeps transparency, or fills it on purpose": yielding(async function* (source) {
    yield { variant: "copy", body: await source.image().flatten().toFormat(source.format).toBuffer() };
  }),

  "keeps animation where it keeps the format": yielding(async function* (source) {
    // To a type that has no frames: the first is read alone.
    yield { variant: "copy", body: await source.image("image/png").toFormat(source.format).toBuffer() };
  }),
};
