import { describe, expect, it } from "vitest";
import { estimate, judge, median, quantile, ratioOf, spread } from "./statistics.ts";

describe("statistics of rounds", () => {
  it("takes the middle of all values, or the mean of the two there", () => {
    expect([median([9, 1, 5]), median([4, 1, 2, 100])]).toEqual([5, 3]);
  });

  it("leaves a tenth of all rounds out of the range at either end", () => {
    const values = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

    expect(estimate(values)).toEqual({ value: 6, low: 2, high: 10 });
  });

  it("finds a quantile between two values in proportion", () => {
    expect(quantile([10, 20], 0.1)).toBe(11);
  });

  it("divides medians, and ranges over the ratios of the rounds", () => {
    const { value, low, high } = ratioOf([10, 20, 60], [20, 40, 40]);

    expect({ value, low, high }).toEqual({ value: 0.5, low: 0.5, high: 1.3 });
  });

  it("has the ratio of medians in the range, though it be that of no round", () => {
    const { value, low, high } = ratioOf([10, 20, 30], [20, 10, 30]);

    expect({ value, low }).toEqual({ value: 1, low: 0.6 });
    expect(ratioOf([1, 100], [10, 10])).toEqual({ value: 5.05, low: expect.closeTo(1.09), high: expect.closeTo(9.01) });
    expect(spread(3, [1, 1])).toEqual({ value: 3, low: 1, high: 3 });
    expect(high).toBeGreaterThan(1.5);
  });

  it("refuses sides of different rounds, and no values at all", () => {
    expect(() => ratioOf([1, 2], [1])).toThrow(RangeError);
    expect(() => median([])).toThrow(RangeError);
  });

  it.each([
    ["met", { value: 0.4, low: 0.3, high: 0.9 }, 0.4],
    ["open", { value: 0.41, low: 0.4, high: 0.9 }, 0.4],
    ["missed", { value: 0.5, low: 0.41, high: 0.6 }, 0.4],
    ["no target", { value: 5, low: 4, high: 6 }, undefined],
  ])("judges a target %s", (verdict, result, target) => {
    expect(judge(result, target)).toBe(verdict);
  });
});
