import { describe, expect, it } from "vitest";
import { shares } from "../../../infra/estimate/shares.ts";

describe("shares", () => {
  it("are what is wanted if there is enough", () => {
    expect(shares([3, 0, 7], 10)).toEqual([3, 0, 7]);
  });

  it("are in proportion to what is wanted if there is not, in whole numbers, and leave nothing", () => {
    expect(shares([1_250, 1_250, 500], 1_000)).toEqual([417, 417, 166]);
    expect(shares([10, 10, 10], 10)).toEqual([4, 3, 3]);
  });
});
