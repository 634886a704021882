import { createHash } from "node:crypto";
import type { Transform } from "../../runtime/contract.ts";
import type { Format } from "../../runtime/media-type.ts";
import { sniff } from "../../runtime/media-type.ts";
import { readOptions } from "../../runtime/options.ts";
import { runTransform } from "../../runtime/run-transform.ts";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { openSource } from "../../runtime/source.ts";
import pixelate from "../../transforms/pixelate.ts";
import rotate from "../../transforms/rotate.ts";
import thumbnail from "../../transforms/thumbnail.ts";
import { runContext } from "../support/contexts.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { mutate } from "./mutate.ts";

/** The decoders that are fuzzed, each with images that differ in how they are decoded. */
export const DECODERS = {
  jpeg: ["jpeg", "jpeg-progressive", "jpeg-grey", "jpeg-cmyk", "jpeg-orientation-6", "jpeg-gps", "jpeg-p3", "jpeg-1x1"],
  png: ["png", "png-alpha", "png-16-bit", "png-palette", "png-grey", "png-interlaced", "png-orientation-6", "png-gps"],
  webp: ["webp", "webp-alpha", "webp-animated", "webp-animated-alpha", "webp-orientation-6", "webp-gps"],
  gif: [
    "gif",
    "gif-alpha",
    "gif-interlaced",
    "gif-animated",
    "gif-animated-alpha",
    "gif-partial-frames",
    "gif-comment",
  ],
  avif: ["avif", "avif-alpha", "avif-orientation-6", "avif-gps"],
  tiff: ["tiff", "tiff-alpha", "tiff-pages", "tiff-orientation-6", "tiff-p3"],
} as const satisfies Record<Format, readonly FixtureName[]>;

export type Decoder = keyof typeof DECODERS;

export const ALL_DECODERS = Object.keys(DECODERS) as readonly Decoder[];

/** Small, so that a case that passes them is cheap; what is larger is refused, which is an outcome as well. */
const LIMITS = { ...DEFAULT_INPUT_LIMITS, sourcePixels: 400_000, outputPixels: 400_000, sourceFrames: 50 };

/** Transforms that read sources in all ways there are: decoded, as palette indexes, and as animations. */
const RUNS: readonly { readonly transform: Transform; readonly options: unknown }[] = [
  run(thumbnail as Transform, { width: 16, height: 16 }),
  run(rotate as Transform, {}),
  run(pixelate as Transform, { cells: [4] }),
];

/** The bytes of a case: the same for the same numbers. */
export async function imageCase(decoder: Decoder, number: number, seed: number): Promise<Buffer> {
  const random = randomOf("image", decoder, number, seed);
  const names: readonly FixtureName[] = DECODERS[decoder];
  const [image, other] = [await fixture(random.pick(names)), await fixture(random.pick(names))];
  return mutate(image, other, random);
}

/** Runs a case as the dispatcher would: gives `done` or `skipped`; throws what it would get. */
export async function runImageCase(bytes: Uint8Array, number: number): Promise<string> {
  const chosen = RUNS[number % RUNS.length];
  const mediaType = sniff(bytes);
  if (!chosen || !mediaType) return "skipped TYPE_NOT_ACCEPTED";
  const source = await openSource(bytes, LIMITS);
  const signal = AbortSignal.timeout(60_000);
  const context = runContext(chosen.options, { signal, limits: LIMITS });
  for await (const { body } of runTransform(chosen.transform, source, context))
    if (body.length === 0) return "empty output";
  return "done";
}

/** Chance of a case alone, so that any case can be run without those before it. */
export function randomOf(...parts: readonly (string | number)[]): Random {
  return seededRandom(createHash("sha256").update(JSON.stringify(parts)).digest().readUInt32BE());
}

function run(transform: Transform, raw: Record<string, unknown>) {
  return { transform, options: readOptions(transform.options, raw, "options") };
}
