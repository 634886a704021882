import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulate } from "../../../infra/estimate/simulate.ts";
import type { SimulatedWorker } from "../../../infra/estimate/worker-run.ts";
import { simulatedWorker, wideQuotas } from "../../support/simulated-worker.ts";

type WorkerCase = Pick<SimulatedWorker, "scaling" | "batchSize" | "coldStartSeconds"> & { readonly seconds: number };

const AT_ONCE = { uploads: 100_000, windowSeconds: 0 };
const WEEK_SECONDS = 7 * 86_400;

describe("a worker whose queue is full", () => {
  it("is done after its uploads' time, divided by its functions", () => {
    const { workers, drainedAt, acceptedAt } = simulate(
      [simulatedWorker({ scaling: { maximumConcurrency: 5 } })],
      AT_ONCE,
      wideQuotas(),
    );

    // 10,000 batches of a second each, five at once.
    expect({ acceptedAt, drainedAt }).toEqual({ acceptedAt: 0, drainedAt: 2_000 });
    expect(workers[0]).toMatchObject({ uploads: 100_000, batches: 10_000, billedSeconds: 10_000, peakConcurrency: 5 });
  });

  it("has an oldest message as old as what comes before it takes", () => {
    const { workers } = simulate([simulatedWorker({ scaling: { maximumConcurrency: 5 } })], AT_ONCE, wideQuotas());

    expect(workers[0]?.oldestAgeSeconds).toBe(1_999);
  });

  it("gets functions as Lambda's pollers grow, and is held back by that, then by their maximum", () => {
    const worker = simulatedWorker({ scaling: { maximumConcurrency: 1_250 }, secondsOf: () => 1 });
    const load = { uploads: 5_000_000, windowSeconds: 0 };

    const { workers, samples, drainedAt } = simulate([worker], load, wideQuotas());

    // 5, 10, 15 … 1,250 functions, a batch of each second: 1,563,750 uploads in 249 seconds, and 12,500 a second from then on.
    expect(samples.slice(0, 5).map(({ functions }) => functions)).toEqual([300, 600, 900, 1_200, 1_250]);
    expect(drainedAt).toBe(249 + Math.ceil((5_000_000 - 1_556_250) / 12_500));
    expect(workers[0]?.limitSeconds).toEqual({ mappingRamp: 249, mappingMaximum: 275 });
  });

  it("waits for new environments where pollers are there at once", () => {
    const worker = simulatedWorker({
      scaling: { minimumPollers: 200, maximumPollers: 200 },
      secondsOf: () => 100,
    });

    const { workers, samples } = simulate([worker], AT_ONCE, wideQuotas());

    expect(workers[0]?.limitSeconds.environments).toBe(10);
    expect(samples[0]?.functions).toBe(2_000);
  });

  it("is slower by cold starts, once for each environment, and pays for them", () => {
    const scaling = { maximumConcurrency: 5 };
    const { workers, drainedAt } = simulate(
      [simulatedWorker({ scaling, coldStartSeconds: 0.5 })],
      AT_ONCE,
      wideQuotas(),
    );

    expect(drainedAt).toBe(2_000.5);
    expect(workers[0]).toMatchObject({ environments: 5, billedSeconds: 10_002.5 });
  });

  it("gets no more batches from provisioned pollers than they poll", () => {
    const scaling = { minimumPollers: 2, maximumPollers: 2 };
    const { workers, drainedAt } = simulate(
      [simulatedWorker({ scaling, secondsOf: () => 0.1 })],
      AT_ONCE,
      wideQuotas(),
    );

    // Two pollers at ten batches of ten a second.
    expect(drainedAt).toBeCloseTo(500, -1);
    expect(workers[0]?.limitSeconds).toEqual({ pollerThroughput: expect.any(Number) });
  });

  it("loses what is in its queue for longer than that keeps it", () => {
    const worker = simulatedWorker({ scaling: { maximumConcurrency: 2 }, secondsOf: () => 100 });

    const { workers, drainedAt } = simulate([worker], { uploads: 200_000, windowSeconds: 0 }, wideQuotas());

    // Two batches of ten each 100 seconds, for a week.
    expect(workers[0]?.uploads).toBeCloseTo(WEEK_SECONDS / 5, -2);
    expect((workers[0]?.uploads ?? 0) + (workers[0]?.expired ?? 0)).toBe(200_000);
    expect(drainedAt).toBeCloseTo(WEEK_SECONDS, -3);
  });
});

describe("a worker that keeps up", () => {
  it("is done right after the last upload, in batches that are not full, and nothing holds it back", () => {
    const { workers, drainedAt, acceptedAt } = simulate(
      [simulatedWorker()],
      { uploads: 600, windowSeconds: 60 },
      wideQuotas(),
    );

    expect(acceptedAt).toBe(60);
    expect(drainedAt).toBeLessThan(62);
    expect(workers[0]).toMatchObject({ uploads: 600, batches: 300, limitSeconds: {} });
  });
});

describe("the account's concurrency", () => {
  it("is shared by all workers in proportion to what their pollers want", () => {
    const scaling = (maximumConcurrency: number) => ({ scaling: { maximumConcurrency }, secondsOf: () => 10 });
    const workers = [simulatedWorker(scaling(600)), simulatedWorker(scaling(200))];

    const run = simulate(workers, { ...AT_ONCE, uploads: 400_000 }, wideQuotas({ accountConcurrency: 400 }));

    expect(run.peakConcurrency).toBe(400);
    expect(run.workers[0]?.limitSeconds.account).toBeGreaterThan(0);
    // Each has 400,000 s of work: 300 functions do that of the first, 100 a third of the other's, which then has its 200.
    expect(run.workers.map(({ drainedAt }) => drainedAt)).toEqual([
      expect.closeTo(1_333, -2),
      expect.closeTo(2_667, -2),
    ]);
  });

  it("costs throttled messages receives, and in the end good uploads, when it is far too small", () => {
    const worker = (visibilityTimeoutSeconds: number) =>
      simulatedWorker({ scaling: { maximumConcurrency: 1_000 }, secondsOf: () => 60, visibilityTimeoutSeconds });
    const deadOf = (accountConcurrency: number, visibilityTimeoutSeconds: number) =>
      simulate([worker(visibilityTimeoutSeconds)], AT_ONCE, wideQuotas({ accountConcurrency })).workers[0];

    const [enough, small, impatient] = [deadOf(1_000, 360), deadOf(100, 3_600), deadOf(100, 360)];

    expect(enough).toMatchObject({ deadLetters: 0, lostReceives: 0, uploads: 100_000 });
    expect(small).toMatchObject({ deadLetters: 0, uploads: 100_000 });
    expect(small?.lostReceives).toBeGreaterThan(0);
    // A message waits nine minutes on average for a function, and six at most: exp(-6 / 9) ** 5 of them do so five times.
    expect(impatient?.deadLetters).toBeGreaterThan(2_000);
    expect(impatient?.deadLetters).toBeLessThan(4_000);
    expect((impatient?.deadLetters ?? 0) + (impatient?.uploads ?? 0)).toBe(100_000);
  });
});

describe("what tells workers of uploads", () => {
  it("is late if SNS takes less, of which results are a part", () => {
    const quotas = wideQuotas({ publicationsPerSecond: 1_000 });
    const workers = [simulatedWorker({ scaling: { maximumConcurrency: 1_000 } })];

    const run = simulate(workers, AT_ONCE, quotas);

    // 100,000 uploads are told, and as many results.
    expect(run.acceptedAt).toBeGreaterThan(150);
    expect(run.drainedAt).toBeGreaterThanOrEqual(199);
    expect(run.drainedAt).toBeLessThan(210);
  });

  it("is late if EventBridge sends less to all workers together", () => {
    const quotas = wideQuotas({ ingest: "eventbridge", ruleInvocationsPerSecond: 1_000 });
    const scaling = { maximumConcurrency: 1_000 };

    const run = simulate([simulatedWorker({ scaling }), simulatedWorker({ scaling })], AT_ONCE, quotas);

    expect(run.acceptedAt).toBe(199);
  });
});

describe("any load", () => {
  it("is worked on to its end, each upload once, within the account", () => {
    const worker: fc.Arbitrary<WorkerCase> = fc.record({
      scaling: fc.oneof(
        fc.record({ maximumConcurrency: fc.integer({ min: 2, max: 300 }) }),
        fc.record({ minimumPollers: fc.integer({ min: 2, max: 9 }), maximumPollers: fc.integer({ min: 9, max: 40 }) }),
      ),
      batchSize: fc.integer({ min: 1, max: 10 }),
      coldStartSeconds: fc.constantFrom(0, 0.5),
      seconds: fc.constantFrom(0.05, 0.7, 3, 20),
    });
    const run = (workers: readonly WorkerCase[], uploads: number, windowSeconds: number, account: number) =>
      simulate(
        workers.map(({ seconds, ...others }) => simulatedWorker({ ...others, secondsOf: (count) => count * seconds })),
        { uploads, windowSeconds },
        wideQuotas({ accountConcurrency: account, publicationsPerSecond: 2_000 }),
      );

    fc.assert(
      fc.property(
        fc.array(worker, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.constantFrom(0, 1, 7.5, 100),
        fc.integer({ min: 4, max: 200 }),
        (workers, uploads, windowSeconds, account) => {
          const { workers: figures, peakConcurrency } = run(workers, uploads, windowSeconds, account);
          const ends = figures.map(({ uploads: done, deadLetters, expired }) => done + deadLetters + expired);
          return peakConcurrency <= account && ends.every((end) => end === uploads);
        },
      ),
      { numRuns: 60 },
    );
  });
});
