import { createHash } from "node:crypto";
import type { UploadTime } from "./measure.ts";
import measured from "./measured.json" with { type: "json" };

/** How an upload's time depends on its size. */
export interface TimedImage extends UploadTime {
  readonly megapixels: number;
}

/** What `npm run estimate -- --measure` found out of one transform with its default options. */
export interface MeasuredTransform {
  /** Digest of all that was measured: see `workDigest`. */
  readonly work: string;
  /** A smaller image and a larger one. */
  readonly times: readonly TimedImage[];
}

/** What that command writes. */
export interface Measured {
  readonly machine: string;
  readonly node: string;
  readonly sharp: string;
  /** `2026-11-21` */
  readonly date: string;
  readonly repetitions: number;
  readonly transforms: Readonly<Record<string, MeasuredTransform>>;
}

export const MEASURED: Measured = measured;

/** The sizes of images that transforms are measured with. */
export const MEASURED_MEGAPIXELS = [1, 6] as const;

/** What most phones upload is between this and twice as much. */
export const DEFAULT_MEGAPIXELS = 6;

/**
 * The time for an image of a size: on the line through two that were measured. An image that is smaller than both takes as
 * much as the smaller one.
 */
export function timeAt(megapixels: number, times: readonly TimedImage[]): number {
  const [small, large] = times.toSorted((a, b) => a.megapixels - b.megapixels);
  if (!small || !large) return small?.cpuSeconds ?? 0;
  const perMegapixel = (large.cpuSeconds - small.cpuSeconds) / (large.megapixels - small.megapixels);
  return small.cpuSeconds + Math.max(0, perMegapixel) * Math.max(0, megapixels - small.megapixels);
}

/** Of a transform's source text and its options: another digest is other work. */
export function measuredWork(transformDigest: string, options: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([transformDigest, options]))
    .digest("hex")
    .slice(0, 16);
}
