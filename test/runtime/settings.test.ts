import { describe, expect, it } from "vitest";
import { DEFAULT_INPUT_LIMITS, readWorkerSettings } from "../../runtime/settings.ts";
import { workerSettings } from "../support/worker-settings.ts";

describe("the environment of a worker", () => {
  it("gives the settings that the stack wrote into it", () => {
    const settings = workerSettings({ options: { side: 3 }, limits: { sourceFrames: 7 } });

    const read = readWorkerSettings({ WORKER_SETTINGS: JSON.stringify(settings) });

    expect(read).toEqual(settings);
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
