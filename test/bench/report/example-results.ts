import type { BenchResults } from "../results.ts";

/** A run of one row of each kind, and a failure. */
export const EXAMPLE_RESULTS: BenchResults = {
  date: "2026-01-02T03:04:05.678Z",
  machine: {
    cpu: "A <fast> CPU",
    cores: 2,
    memoryGb: 4,
    platform: "linux x64",
    versions: { node: "24.0.0", sharp: "0.35.0", Pillow: "9.4.0" },
  },
  rounds: 3,
  rows: [
    {
      job: "pixelate-6mp-jpeg",
      title: "pixelate, 6 MP JPEG",
      measure: "wall",
      ours: 70.04,
      against: "Pillow",
      others: 250,
      result: { value: 0.28, low: 0.27, high: 0.31 },
      target: 0.35,
      verdict: "met",
    },
    {
      job: "rotate-gif",
      title: "rotate, GIF",
      measure: "wall",
      ours: 30,
      against: "Pillow",
      others: 15,
      result: { value: 2, low: 1.9, high: 2.1 },
      target: 0.95,
      verdict: "missed",
    },
    {
      job: "resize-jpeg",
      title: "resize, 6 MP JPEG",
      measure: "cpu",
      ours: 40,
      against: "bare sharp",
      others: 40,
      result: { value: 1, low: 0.9, high: 1.1 },
      verdict: "no target",
    },
    {
      job: "memory-pixelate-batch",
      title: "peak memory: pixelate",
      measure: "memory",
      ours: 410,
      result: { value: 410, low: 390, high: 420 },
      target: 400,
      verdict: "open",
    },
  ],
  failures: [{ job: "rotate-gif", problems: ["Expected clockwise without any loss, received 3 pixels."] }],
  notes: ["Ratios are of medians."],
};
