import sharp from "sharp";
import type { MediaType, Transform } from "../../runtime/contract.ts";
import { MEDIA_TYPES, mediaTypeRow } from "../../runtime/media-type.ts";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { fixture } from "../support/fixtures.ts";
import { runProbe } from "./probes/run-probe.ts";
import { Inapplicable } from "./promise.ts";

/** Peaks of the memory that a process has had. */
export interface MemoryReport {
  /** After a run on a small source. */
  readonly beforeMb: number;
  /** After a run on a large one. */
  readonly peakMb: number;
}

export interface MemoryNeed {
  readonly fixture: string;
  /** What a source of the largest size would need. */
  readonly neededMb: number;
  readonly measuredMegapixels: number;
  /** The largest size. */
  readonly megapixels: number;
}

/** Large enough to stand out from what the process takes anyway, and small enough to be quick. */
const LARGE = { width: 3000, height: 2000 };

/** The types whose large sources are quickly made, in the order in which they are chosen. */
const TYPES: readonly MediaType[] = ["image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif"];

const drawn = new Map<MediaType, Promise<Buffer>>();

/**
 * The memory that a transform needs for the largest source that the host opens: what a smaller one takes, times as many
 * pixels. Throws if the probe fails.
 */
export async function memoryOf(transform: Transform, file: string): Promise<MemoryNeed> {
  const mediaType = TYPES.find((type) => transform.accepts.includes(type));
  if (!mediaType) throw new Inapplicable(`No large fixture is of ${transform.accepts.join(" or ")}.`);
  const { format } = MEDIA_TYPES[mediaType];
  const small = await fixture(format);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(small.length);
  const input = Buffer.concat([length, small, await drawLarge(mediaType)]);
  const report = await runProbe<MemoryReport>("memory-probe.ts", file, { input });
  const pixels = LARGE.width * LARGE.height;
  const growthMb = (report.peakMb - report.beforeMb) * (DEFAULT_INPUT_LIMITS.sourcePixels / pixels);
  return {
    fixture: format,
    neededMb: Math.ceil(report.beforeMb + growthMb),
    measuredMegapixels: pixels / 1_000_000,
    megapixels: DEFAULT_INPUT_LIMITS.sourcePixels / 1_000_000,
  };
}

/** The scene with pixels of many times the size. */
async function drawLarge(mediaType: MediaType): Promise<Buffer> {
  const { format } = mediaTypeRow(mediaType);
  const image =
    drawn.get(mediaType) ??
    sharp(await fixture("png"))
      .resize(LARGE.width, LARGE.height, { fit: "fill", kernel: "nearest" })
      .toFormat(format)
      .toBuffer();
  drawn.set(mediaType, image);
  return image;
}
