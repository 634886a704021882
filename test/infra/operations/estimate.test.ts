import { describe, expect, it } from "vitest";
import { estimate, priceOfLooking } from "../../../infra/operations/estimate.ts";
import { operatedWorker } from "../../support/operated-stack.ts";
import { workerSettings } from "../../support/worker-settings.ts";

const MILLION = 1_000_000;

describe("an estimate", () => {
  it("is what AWS's prices make of a million uploads", () => {
    const worker = operatedWorker({ memoryMb: 1024, batchSize: 10 });

    // 7.08 for the function's time, which has less than a vCPU, 0.02 for its calls, 0.12 for the queue, 0.80 to read sources, 5.00
    // to write outputs, 0.50 for results, and 0.47 for logs.
    expect(estimate(worker, MILLION, 50)).toEqual({ seconds: 20_000, dollars: expect.closeTo(13.99, 2) });
  });

  it("is more for an x86 function, for smaller batches and for more outputs", () => {
    const of = (worker: Parameters<typeof operatedWorker>[0]) =>
      estimate(operatedWorker(worker), MILLION, 50).dollars - estimate(operatedWorker(), MILLION, 50).dollars;

    expect(of({ architecture: "x86_64" })).toBeCloseTo(1.77, 2);
    // Calls, receives and deletions, log lines, and the waiting of each batch.
    expect(of({ batchSize: 1 })).toBeCloseTo(0.18 + 0.72 + 0.54 + 1.56, 2);
    expect(of({ variants: ["a", "b"].map((name) => ({ name, format: "source" as const })) })).toBeCloseTo(5.06, 2);
  });

  it("is of the time that the worker's transform was measured to take", () => {
    const of = (transform: string) =>
      estimate(operatedWorker({ settings: workerSettings({ transform }) }), MILLION, 50).dollars;

    expect(of("responsive")).toBeGreaterThan(of("thumbnail") + 20);
  });

  it("of looking is for a listing of all keys, and a look at each output", () => {
    expect(priceOfLooking(operatedWorker(), 2 * MILLION, MILLION)).toBeCloseTo(0.01 + 0.4, 4);
  });
});
