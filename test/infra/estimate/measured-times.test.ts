import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MEASURED, MEASURED_MEGAPIXELS, measuredWork, timeAt } from "../../../infra/estimate/measured-times.ts";
import { PROJECT_ROOT } from "../../../infra/project-root.ts";
import { readTransforms } from "../../../runtime/registry.ts";

const timed = (megapixels: number, cpuSeconds: number) => ({ megapixels, cpuSeconds, wallSeconds: cpuSeconds });

describe("the time for an image", () => {
  it.each([
    { megapixels: 1, seconds: 0.2 },
    { megapixels: 3.5, seconds: 0.45 },
    { megapixels: 6, seconds: 0.7 },
    { megapixels: 24, seconds: 2.5 },
    { megapixels: 0.1, seconds: 0.2 },
  ])(
    "of $megapixels megapixels is on the line through two that were measured, never below them",
    ({ megapixels, seconds }) => {
      expect(timeAt(megapixels, [timed(6, 0.7), timed(1, 0.2)])).toBeCloseTo(seconds, 6);
    },
  );

  it("does not get less with its size, whatever was measured", () => {
    expect(timeAt(24, [timed(1, 0.02), timed(6, 0.01)])).toBe(0.02);
  });
});

describe("the times that are kept", () => {
  it("are of transforms of the project, with images of both sizes", async () => {
    const transforms = await readTransforms(join(PROJECT_ROOT, "transforms"));

    const kept = Object.entries(MEASURED.transforms);

    expect(kept.map(([name]) => name).filter((name) => !transforms.names().includes(name))).toEqual([]);
    for (const [, { times }] of kept) {
      expect(times.map(({ megapixels }) => megapixels)).toEqual(MEASURED_MEGAPIXELS);
      expect(Math.min(...times.map(({ cpuSeconds }) => cpuSeconds))).toBeGreaterThan(0);
    }
  });

  it("are of one transform and its options", () => {
    const works = [measuredWork("a", { width: 1 }), measuredWork("b", { width: 1 }), measuredWork("a", { width: 2 })];

    expect(new Set(works).size).toBe(3);
    expect(measuredWork("a", { width: 1 })).toBe(works[0]);
  });
});
