import {
  ALL_MEDIA_TYPES,
  defineTransform,
  integer,
  type MediaType,
  options,
  type Source,
  type Transform,
  type TransformContext,
  type Variant,
} from "../../runtime/contract.ts";

/** A cheap transform with two variants. */
export const preview = defineTransform({
  summary: "Two small squares.",
  accepts: ["image/png", "image/webp", "image/jpeg"],
  options: options({ side: integer({ min: 1, max: 64, default: 4, describe: "The larger square's side." }) }),
  variants: () => [
    { name: "small", format: "source" },
    { name: "tiny", format: "image/webp" },
  ],
  limits: { memoryMb: 512, timeoutSeconds: 10 },
  async *transform(source, { options: { side } }) {
    yield { variant: "small", body: await source.image().resize(side, side, { fit: "fill" }).toBuffer() };
    yield { variant: "tiny", body: await source.image("image/webp").resize(1, 1, { fit: "fill" }).toBuffer() };
  },
});

interface Scripted {
  readonly variants?: readonly Variant[];
  readonly accepts?: readonly MediaType[];
  /** What it yields, which need not be what its type promises. */
  readonly run: (source: Source, context: TransformContext<unknown>) => AsyncIterable<unknown>;
}

/** A transform that does what a test says, right or wrong. */
export function scripted({
  variants = [{ name: "small", format: "source" }],
  accepts = ALL_MEDIA_TYPES,
  run,
}: Scripted): Transform {
  return {
    summary: "What a test says.",
    accepts,
    options: options({}),
    variants: () => variants,
    limits: { memoryMb: 512, timeoutSeconds: 10 },
    transform: run as Transform["transform"],
  };
}
