import { describe, expect, it } from "vitest";
import {
  DEFAULT_INPUT_LIMITS,
  DEFAULT_WORKER_SETTINGS,
  readWorkerSettings,
  type WorkerSettings,
  writeWorkerSettings,
} from "../../runtime/settings.ts";
import { workerSettings } from "../support/worker-settings.ts";

/** Settings that are all another than the default. */
const UNUSUAL: WorkerSettings = workerSettings({
  options: { side: 3 },
  uploadsPrefix: "in/",
  outputsPrefix: "out/",
  selection: { prefix: "cats/", suffixes: [".png"], include: ["**"], exclude: ["x"] },
  outputKey: "{key}",
  flatten: true,
  outputObjects: { cacheControl: "", storageClass: "GLACIER_IR", tags: { a: "b" }, copyMetadata: true },
  keepCopyright: false,
  limits: { sourceFrames: 7 },
});

describe("the environment of a worker", () => {
  it.each([
    ["unusual", UNUSUAL],
    ["usual", { ...UNUSUAL, ...DEFAULT_WORKER_SETTINGS }],
  ])("gives the %s settings that the stack wrote into it", (_, settings) => {
    const read = readWorkerSettings({ WORKER_SETTINGS: writeWorkerSettings(settings) });

    expect(read).toEqual(settings);
  });

  it("holds no setting that is the default", () => {
    const written = JSON.parse(writeWorkerSettings({ ...UNUSUAL, ...DEFAULT_WORKER_SETTINGS }));

    expect(Object.keys(written)).toEqual(Object.keys(UNUSUAL).filter((name) => !(name in DEFAULT_WORKER_SETTINGS)));
  });

  it("holds what an option says, though a setting of that name has it as its default", () => {
    const settings = workerSettings({ options: { keepCopyright: true, flatten: false } });

    const read = readWorkerSettings({ WORKER_SETTINGS: writeWorkerSettings(settings) });

    expect(read.options).toEqual({ keepCopyright: true, flatten: false });
  });

  it.each([{}, { WORKER_SETTINGS: "" }])(
    "is asked for the settings by name when they are not there (%j)",
    (environment) => {
      expect(() => readWorkerSettings(environment)).toThrow(
        new TypeError(
          "Expected the worker's settings as JSON in the environment variable WORKER_SETTINGS, received nothing.",
        ),
      );
    },
  );
});

describe("a worker without limits of its own", () => {
  it("takes 50 MiB, 50 megapixels in and out, and 1,000 frames", () => {
    expect(DEFAULT_INPUT_LIMITS).toEqual({
      sourceBytes: 52_428_800,
      sourcePixels: 50_000_000,
      sourceFrames: 1_000,
      outputPixels: 50_000_000,
    });
  });
});
