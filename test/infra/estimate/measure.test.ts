import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type MeasuredWork, measure } from "../../../infra/estimate/measure.ts";
import { digestOf, measureAll } from "../../../infra/estimate/measure-all.ts";
import type { Measured } from "../../../infra/estimate/measured-times.ts";
import { samplePhoto } from "../../../infra/estimate/sample-photo.ts";
import { timeWorkers, timeWorkersWith } from "../../../infra/estimate/time-workers.ts";
import { PROJECT_ROOT } from "../../../infra/project-root.ts";
import type { Transform } from "../../../runtime/contract.ts";
import { readOptions } from "../../../runtime/options.ts";
import { readTransforms } from "../../../runtime/registry.ts";
import { decodeImage } from "../../support/decoded-image.ts";
import { timedWorker } from "../../support/planned-worker.ts";
import { copyProject } from "../../support/project-copy.ts";

const FOLDER = join(PROJECT_ROOT, "transforms");

let photo: Uint8Array;
let thumbnail: MeasuredWork;
beforeAll(async () => {
  photo = await samplePhoto(0.05);
  thumbnail = workOf("thumbnail", (await readTransforms(FOLDER)).get("thumbnail"));
});

describe("a measurement", () => {
  it("runs a transform so often and once more, and is of all that runs took", async () => {
    let runs = 0;
    const counted: MeasuredWork = {
      ...thumbnail,
      transform: {
        ...thumbnail.transform,
        async *transform(source, context) {
          runs += 1;
          yield* thumbnail.transform.transform(source, context);
        },
      },
    };

    const time = await measure(counted, photo, 4);

    expect(runs).toBe(5);
    expect(time?.cpuSeconds).toBeGreaterThan(0);
    expect(time?.wallSeconds).toBeGreaterThan(0);
  });

  it("is nothing where a transform does not take such images", async () => {
    const gifs = { ...thumbnail, transform: { ...thumbnail.transform, accepts: ["image/gif" as const] } };

    expect(await measure(gifs, photo, 1)).toBeUndefined();
  });

  it("says why there are no outputs", async () => {
    const silent = { ...thumbnail, transform: { ...thumbnail.transform, async *transform() {} } };

    await expect(measure(silent, photo, 1)).rejects.toThrow(
      "Expected outputs of thumbnail for the image to measure with, received: Expected variants small",
    );
  });
});

describe("the image to measure with", () => {
  it("has the asked number of pixels, weighs about as much as a photo, and is the same each time", async () => {
    const again = await samplePhoto(0.05);

    const { width, height } = await decodeImage(photo);
    expect(Math.abs(width * height - 50_000)).toBeLessThan(500);
    expect(photo.length / (width * height)).toBeGreaterThan(0.15);
    expect(photo.length / (width * height)).toBeLessThan(0.6);
    expect(again).toEqual(photo);
  });
});

describe("workers", () => {
  const measured = async (options: unknown): Promise<Measured> => ({
    ...NOTHING_MEASURED,
    transforms: {
      thumbnail: {
        work: await digestOf(FOLDER, { name: "thumbnail", options }),
        times: [timed(1, 0.01), timed(6, 0.02)],
      },
    },
  });
  const timing = (measured: Measured, told: string[]) => ({
    transformsFolder: FOLDER,
    measured,
    megapixels: 11,
    onMeasuring: (worker: string) => told.push(worker),
  });

  it("take what their transform was measured to take before with these options", async () => {
    const told: string[] = [];
    const { transform, options } = thumbnail;
    const worker = timedWorker({ use: "thumbnail", transform, options });

    const [found] = await timeWorkers([worker], timing(await measured(options), told));

    expect(found?.work).toEqual({ cpuSeconds: expect.closeTo(0.03, 6), pixels: 11e6, outputs: 1 });
    expect(told).toEqual([]);
  });

  it("are measured with both sizes if nobody measured their transform with these options", async () => {
    const told: string[] = [];
    const { transform } = thumbnail;
    const worker = timedWorker({ name: "avatar", use: "thumbnail", transform, options: { width: 64, height: 64 } });

    const [found] = await timeWorkers([worker], timing(await measured(thumbnail.options), told));

    expect(told).toEqual(["avatar"]);
    expect(found?.work.cpuSeconds).toBeGreaterThan(0);
    expect(found?.work.cpuSeconds).not.toBe(0.03);
  });

  it("are measured with an image, but for those that don't take it", async () => {
    const { transform, options } = thumbnail;
    const workers = [
      timedWorker({ name: "a", use: "thumbnail", transform, options }),
      timedWorker({ name: "b", use: "thumbnail", transform: { ...transform, accepts: ["image/gif"] }, options }),
    ];

    const found = await timeWorkersWith(photo, workers);

    expect(found.map(({ name, work }) => [name, work.outputs, Math.round(work.pixels / 1_000)])).toEqual([
      ["a", 1, 50],
    ]);
  });
});

describe("measuring a folder", () => {
  it("is of each transform with its default options and images of both sizes, and says what with", async () => {
    await using folder = await folderOf("thumbnail");
    const told: string[] = [];

    const found = await measureAll(folder.path, 1, (name) => told.push(name));

    expect(told).toEqual(["thumbnail"]);
    expect(found).toEqual({
      machine: expect.stringMatching(/^.+, \d+ cores, \w+ \w+$/),
      node: process.versions.node,
      sharp: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      repetitions: 1,
      transforms: {
        thumbnail: {
          work: await digestOf(folder.path, thumbnail),
          times: [1, 6].map((megapixels) => ({
            megapixels,
            cpuSeconds: expect.any(Number),
            wallSeconds: expect.any(Number),
          })),
        },
      },
    });
  });
});

const NOTHING_MEASURED: Measured = { machine: "", node: "", sharp: "", date: "", repetitions: 0, transforms: {} };

function timed(megapixels: number, cpuSeconds: number) {
  return { megapixels, cpuSeconds, wallSeconds: cpuSeconds };
}

/** A folder of transforms, beside the runtime that they import. */
async function folderOf(name: string): Promise<AsyncDisposable & { readonly path: string }> {
  const copy = await copyProject();
  const path = join(copy.folder, "transforms");
  for (const file of await readdir(path)) if (file !== `${name}.ts`) await rm(join(path, file));
  return { path, [Symbol.asyncDispose]: () => copy[Symbol.asyncDispose]() };
}

function workOf(name: string, transform: Transform): MeasuredWork {
  return { name, transform, options: readOptions(transform.options, undefined, name) };
}
