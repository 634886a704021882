import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Source } from "../../../runtime/contract.ts";
import type { OUTPUT_PROMISES } from "../output-promises.ts";
import { type CounterExample, copy, yielding } from "./counter-example.ts";

let current: Source;

export const OUTPUT_COUNTER_EXAMPLES: Readonly<Record<keyof typeof OUTPUT_PROMISES, CounterExample>> = {
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

  "writes what decodes without a warning": yielding(async function* (source) {
    const body = await copy(source);
    // Viewers go on after a marker that has no place among the pixels of a JPEG, and libjpeg warns of it.
    const within = source.format === "jpeg" ? body.length - 3 : body.length;
    const marker = Buffer.from([0xff, 0xd3]);
    yield { variant: "copy", body: Buffer.concat([body.subarray(0, within), marker, body.subarray(within)]) };
  }),

  "keeps its outputs within the limits": yielding(async function* (source) {
    // Decoders don't read what follows the end of the image.
    yield { variant: "copy", body: Buffer.concat([await copy(source), Buffer.alloc(1_000_000)]) };
  }),

  "gives the same bytes twice": yielding(async function* (source) {
    yield { variant: "copy", body: Buffer.concat([await copy(source), Buffer.from(randomUUID())]) };
  }),

  "gives the same bytes beside itself": yielding(async function* (source) {
    current = source;
    await setImmediate();
    yield { variant: "copy", body: await copy(current) };
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
};
