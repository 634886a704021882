import { describe, expect, it } from "vitest";
import { totalOf, uploadCosts, workerCosts } from "../../../infra/estimate/costs.ts";

const MILLION = 1e6;
/** A million uploads in full batches of ten, of three seconds each. */
const FIGURES = { uploads: MILLION, batches: 100_000, billedSeconds: 300_000, pollerSeconds: 0 };
const WORKER = { memoryMb: 1_769, architecture: "arm64", work: { outputs: 1 } };

describe("what a worker costs", () => {
  it("is what AWS's prices make of a million uploads", () => {
    const costs = workerCosts(WORKER, FIGURES);

    expect(costs).toEqual({
      // 6.91 for 300 ms each, and 0.02 for calls.
      Lambda: expect.closeTo(6.93, 2),
      // Two reads, and an output.
      S3: expect.closeTo(5.8, 6),
      SNS: expect.closeTo(0.5, 6),
      // Each message is sent alone; a batch is received and deleted.
      SQS: expect.closeTo(0.48, 6),
      EventBridge: 0,
      CloudWatch: expect.closeTo(0.47, 6),
    });
    expect(totalOf(costs)).toBeCloseTo(14.18, 2);
  });

  it("is more on x86, with more outputs, and with pollers that are there for an hour", () => {
    const more = (worker: Partial<typeof WORKER>, figures: Partial<typeof FIGURES> = {}) =>
      totalOf(workerCosts({ ...WORKER, ...worker }, { ...FIGURES, ...figures })) -
      totalOf(workerCosts(WORKER, FIGURES));

    expect(more({ architecture: "x86_64" })).toBeCloseTo(1.73, 2);
    expect(more({ work: { outputs: 2 } })).toBeCloseTo(5.06, 2);
    expect(more({}, { pollerSeconds: 200 * 3_600 })).toBeCloseTo(1.85, 2);
  });
});

describe("what uploads cost", () => {
  const stack = { ingest: "sns", filters: 8, isOneBucket: false } as const;

  it("is their writing, one message to the topic, and what each subscription reads of it", () => {
    const { S3, SNS } = uploadCosts(stack, MILLION, MILLION);

    expect({ S3, SNS }).toEqual({ S3: expect.closeTo(5, 6), SNS: expect.closeTo(0.5 + 0.74, 2) });
  });

  it("is one event with EventBridge, which gets those of outputs too if they are in the same bucket", () => {
    const eventsOf = (isOneBucket: boolean) =>
      uploadCosts({ ...stack, ingest: "eventbridge", isOneBucket }, MILLION, 3 * MILLION).EventBridge;

    expect([eventsOf(false), eventsOf(true)]).toEqual([expect.closeTo(1, 6), expect.closeTo(4, 6)]);
  });
});
