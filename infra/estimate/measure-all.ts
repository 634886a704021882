import { cpus } from "node:os";
import { join } from "node:path";
import { readOptions } from "../../runtime/options.ts";
import { type RegisteredTransform, readTransforms } from "../../runtime/registry.ts";
import { SHARP_VERSION } from "../../runtime/source.ts";
import { transformDigest } from "../transform-digest.ts";
import { type MeasuredWork, measure } from "./measure.ts";
import {
  MEASURED_MEGAPIXELS,
  type Measured,
  type MeasuredTransform,
  measuredWork,
  type TimedImage,
} from "./measured-times.ts";
import { samplePhoto } from "./sample-photo.ts";

/** Measures each transform of a folder that takes JPEG, with its default options. */
export async function measureAll(
  transformsFolder: string,
  repetitions: number,
  onMeasured: (name: string, times: readonly TimedImage[]) => void,
): Promise<Measured> {
  const transforms: Record<string, MeasuredTransform> = {};
  for (const { name, transform } of (await readTransforms(transformsFolder)).entries()) {
    const options = readOptions(transform.options, undefined, name);
    const times = await measureSizes({ name, transform, options }, repetitions);
    if (times.length === 0) continue;
    transforms[name] = { work: await digestOf(transformsFolder, { name, options }), times };
    onMeasured(name, times);
  }
  const [cpu] = cpus();
  return {
    machine: `${cpu?.model ?? process.arch}, ${cpus().length} cores, ${process.platform} ${process.arch}`,
    node: process.versions.node,
    sharp: SHARP_VERSION,
    date: new Date().toISOString().slice(0, 10),
    repetitions,
    transforms,
  };
}

/** The times of a worker's transform with images of both sizes; none if it does not take JPEG. */
export async function measureSizes(work: MeasuredWork, repetitions: number): Promise<TimedImage[]> {
  const times: TimedImage[] = [];
  for (const megapixels of MEASURED_MEGAPIXELS) {
    const time = await measure(work, await samplePhoto(megapixels), repetitions);
    if (time) times.push({ megapixels, cpuSeconds: rounded(time.cpuSeconds), wallSeconds: rounded(time.wallSeconds) });
  }
  return times;
}

export async function digestOf(
  transformsFolder: string,
  { name, options }: Pick<RegisteredTransform, "name"> & { readonly options: unknown },
): Promise<string> {
  return measuredWork(await transformDigest(join(transformsFolder, `${name}.ts`)), options);
}

/** To a tenth of a millisecond: more is noise. */
function rounded(seconds: number): number {
  return Math.round(seconds * 10_000) / 10_000;
}
