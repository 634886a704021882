import type { InputName } from "./inputs/inputs.ts";
import type { SubjectName } from "./subjects/subject.ts";

/** Whom a job is compared with, in which time, and the ratio that is hoped for. */
export interface Comparison {
  readonly against: Exclude<SubjectName, "ours">;
  readonly measure: "wall" | "cpu";
  readonly target?: number;
}

/** How the outputs are checked; a job whose outputs are wrong has failed, however fast it was. */
export type Fidelity = "thumbnail" | "pixelate" | "gif turns" | "same size" | "fits 1600" | "widths" | "placeholder";

export interface Job {
  readonly title: string;
  /** Also the name of the other subjects' handler. */
  readonly transform: string;
  readonly input: InputName;
  /** Messages of one batch, each with the same picture under another key. Default: 1. */
  readonly batch?: number;
  /** How often it is done in a round, so that a round is long enough to be measured. Default: 1. */
  readonly times?: number;
  /** Milliseconds that the store takes for a read and for a write. Default: none. */
  readonly latency?: { readonly readMs: number; readonly writeMs: number };
  readonly compare: readonly Comparison[];
  readonly fidelity: Fidelity;
  /** What a reader has to know beside the numbers. */
  readonly note?: string;
}

const S3_LATENCY = { readMs: 30, writeMs: 40 };

const PIXELATE = { transform: "pixelate", fidelity: "pixelate" } as const;
const THUMBNAIL = { transform: "thumbnail", fidelity: "thumbnail" } as const;
const FIRST_FRAME =
  "Pillow's handler turns the first frame alone; bare sharp chooses new colours for a GIF, and refuses to turn animations.";

/** What is timed, side by side. */
export const JOBS = {
  "pixelate-6mp-jpeg": {
    ...PIXELATE,
    title: "pixelate, 6 MP JPEG, five outputs",
    input: "6mp.jpg",
    compare: againstAll({ wall: 0.35, cpu: 0.45 }),
  },
  "pixelate-24mp-jpeg": {
    ...PIXELATE,
    title: "pixelate, 24 MP JPEG, five outputs",
    input: "24mp.jpg",
    compare: againstAll({ wall: 0.35, cpu: 0.45 }),
  },
  "pixelate-png": {
    ...PIXELATE,
    title: "pixelate, 1 MP PNG, five outputs",
    input: "1mp.png",
    times: 2,
    compare: againstAll({ wall: 0.45 }),
  },
  "pixelate-webp": {
    ...PIXELATE,
    title: "pixelate, 1 MP WebP, five outputs",
    input: "1mp.webp",
    times: 2,
    compare: againstAll({ wall: 0.45 }),
  },
  "rotate-gif": {
    transform: "rotate",
    fidelity: "gif turns",
    title: "rotate, GIF of one frame, both turns",
    input: "photo.gif",
    times: 8,
    compare: [{ against: "pillow", measure: "wall", target: 0.95 }],
    note: FIRST_FRAME,
  },
  "rotate-animated-gif": {
    transform: "rotate",
    fidelity: "gif turns",
    title: "rotate, animated GIF, all of 12 frames (Pillow: the first)",
    input: "animated.gif",
    times: 3,
    compare: [{ against: "pillow", measure: "wall" }],
    note: FIRST_FRAME,
  },
  "thumbnail-rgba-png": {
    ...THUMBNAIL,
    title: "thumbnail, 3 MP PNG with opacity, an illustration",
    input: "rgba.png",
    times: 4,
    compare: againstPillowAndBare(0.45),
  },
  "thumbnail-rgba-photo-png": {
    ...THUMBNAIL,
    title: "thumbnail, 3 MP PNG with opacity, a photo cut out",
    input: "rgba-photo.png",
    times: 4,
    compare: againstPillowAndBare(0.45),
    note: "Grain hardly compresses, so that most of the time goes into inflating it, for all alike.",
  },
  "thumbnail-png": {
    ...THUMBNAIL,
    title: "thumbnail, 1 MP PNG",
    input: "1mp.png",
    times: 10,
    compare: againstPillowAndBare(0.95),
  },
  "thumbnail-jpeg": {
    ...THUMBNAIL,
    title: "thumbnail, 6 MP JPEG, one at a time",
    input: "6mp.jpg",
    times: 10,
    compare: againstPillowAndBare(1.2),
  },
  "thumbnail-batch": {
    ...THUMBNAIL,
    title: "thumbnail, batch of ten 6 MP JPEGs, store of 30 and 40 ms",
    input: "6mp.jpg",
    batch: 10,
    latency: S3_LATENCY,
    compare: [{ against: "pillow", measure: "wall", target: 0.35 }],
  },
  "dispatcher-cpu": {
    ...THUMBNAIL,
    title: "thumbnail, batch of ten 6 MP JPEGs",
    input: "6mp.jpg",
    batch: 10,
    times: 2,
    compare: [{ against: "bare", measure: "cpu", target: 1.05 }],
  },
  "thumbnail-small-srgb": {
    ...THUMBNAIL,
    title: "thumbnail, batch of ten 320 x 240 JPEGs with an sRGB profile of tables",
    input: "small-srgb.jpg",
    batch: 10,
    times: 3,
    compare: [
      { against: "bare", measure: "wall", target: 0.5 },
      { against: "pillow", measure: "wall" },
    ],
    note: "Pillow's handler drops a profile unread, whatever it says of the colours.",
  },
  "resize-jpeg": {
    transform: "resize",
    fidelity: "fits 1600",
    title: "resize, 6 MP JPEG",
    input: "6mp.jpg",
    times: 2,
    compare: [{ against: "bare", measure: "wall" }],
  },
  "optimize-jpeg": {
    transform: "optimize",
    fidelity: "same size",
    title: "optimize, 6 MP JPEG",
    input: "6mp.jpg",
    compare: [{ against: "bare", measure: "wall" }],
    note: "Bare sharp encodes once with mozjpeg at its default quality; optimize measures which quality looks like the source.",
  },
  "placeholder-jpeg": {
    transform: "placeholder",
    fidelity: "placeholder",
    title: "placeholder, 6 MP JPEG",
    input: "6mp.jpg",
    times: 5,
    compare: [{ against: "bare", measure: "wall" }],
    note: "Bare sharp makes the tiny preview alone: neither ThumbHash nor dominant colour.",
  },
  "responsive-jpeg": {
    transform: "responsive",
    fidelity: "widths",
    title: "responsive, 6 MP JPEG, ten outputs",
    input: "6mp.jpg",
    compare: [{ against: "bare", measure: "wall" }],
  },
  "watermark-jpeg": {
    transform: "watermark",
    fidelity: "same size",
    title: "watermark, 6 MP JPEG",
    input: "6mp.jpg",
    times: 2,
    compare: [{ against: "floor", measure: "wall" }],
    note: "The floor is one decode and one encode.",
  },
} as const satisfies Record<string, Job>;

export type JobName = keyof typeof JOBS;

/** With Pillow, with bare sharp, and with what can't be left out at all. */
function againstAll({ wall, cpu }: { wall: number; cpu?: number }): Comparison[] {
  return [
    { against: "pillow", measure: "wall", target: wall },
    { against: "pillow", measure: "cpu", ...(cpu !== undefined && { target: cpu }) },
    { against: "bare", measure: "wall" },
    { against: "floor", measure: "wall" },
  ];
}

function againstPillowAndBare(wall: number): Comparison[] {
  return [
    { against: "pillow", measure: "wall", target: wall },
    { against: "bare", measure: "wall" },
  ];
}
