import { describe, expect, it } from "vitest";
import { estimate, priceOfLooking } from "../../../infra/operations/estimate.ts";
import { operatedWorker } from "../../support/operated-stack.ts";

const MILLION = 1_000_000;

describe("an estimate", () => {
  it("is what AWS's prices make of a million uploads", () => {
    const worker = operatedWorker({ memoryMb: 1024, batchSize: 10 });

    // 4.00 for the function's time, 0.02 for its calls, 0.12 for the queue, 0.80 to read sources, 5.00 to write outputs.
    expect(estimate(worker, MILLION, 50)).toEqual({ seconds: 20_000, dollars: expect.closeTo(9.94, 2) });
  });

  it("is more for an x86 function, for smaller batches and for more outputs", () => {
    const of = (worker: Parameters<typeof operatedWorker>[0]) =>
      estimate(operatedWorker(worker), MILLION, 50).dollars - estimate(operatedWorker(), MILLION, 50).dollars;

    expect(of({ architecture: "x86_64" })).toBeCloseTo(1, 2);
    expect(of({ batchSize: 1 })).toBeCloseTo(0.18 + 0.72, 2);
    expect(of({ variants: ["a", "b"].map((name) => ({ name, format: "source" as const })) })).toBeCloseTo(5, 2);
  });

  it("of looking is for a listing of all keys, and a look at each output", () => {
    expect(priceOfLooking(operatedWorker(), 2 * MILLION, MILLION)).toBeCloseTo(0.01 + 0.4, 4);
  });
});
