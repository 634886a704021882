import { describe, expect, it } from "vitest";
import { alternatives } from "../../../infra/estimate/alternatives.ts";
import { estimate, type Scenario } from "../../../infra/estimate/estimate.ts";
import { scenario, timedWorker } from "../../support/planned-worker.ts";

const found = (asked: Scenario) => alternatives(asked, estimate(asked));

/** Of which one has five times as much to do as the other. */
const WORKERS = [
  timedWorker({ name: "slow", work: { cpuSeconds: 1.052, pixels: 6e6, outputs: 1 } }),
  timedWorker({ name: "quick", work: { cpuSeconds: 0.2, pixels: 6e6, outputs: 1 } }),
];

describe("what would be faster", () => {
  it("is the account's concurrency, but for a tenth, in parts by work; then more of it; each faster than what was before", () => {
    const asked = scenario({ stack: { workers: WORKERS }, load: { uploads: 1_000_000 } });

    const others = found(asked);

    expect(others.map(({ asked, settings }) => [...asked, settings])).toEqual([
      ["maximumConcurrency of 750 for slow, 150 for quick"],
      ["an account concurrency of 10,000", "maximumConcurrency of 1,000 for slow, 1,000 for quick"],
      ["an account concurrency of 10,000", "provisionedPollers of at most 750 for slow, 150 for quick"],
    ]);
    const times = [estimate(asked), ...others].map(({ run }) => run.drainedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(others.map(({ scenario }) => scenario.quotas.accountConcurrency)).toEqual([1_000, 10_000, 10_000]);
  });

  it("ends with what keeps up with uploads, though more would be faster", () => {
    const slow = timedWorker({ work: { cpuSeconds: 2.4, pixels: 6e6, outputs: 10 } });
    const asked = scenario({ load: { uploads: 1_000 }, stack: { workers: [slow, timedWorker({ name: "quick" })] } });

    const others = found(asked);

    expect(others.map(({ asked }) => asked)).toEqual([[]]);
    expect(others[0]?.run.workers.map(({ oldestAgeSeconds }) => oldestAgeSeconds < 60)).toEqual([true, true]);
  });

  it("is nothing where workers keep up", () => {
    expect(found(scenario({ load: { uploads: 600 } }))).toEqual([]);
  });

  it("asks for the quotas of the largest regions where those of SNS and EventBridge hold it back, and only there", () => {
    const quotas = { publicationsPerSecond: 500, ruleInvocationsPerSecond: 500 };
    const askedOf = (ingest: "sns" | "eventbridge") => found(scenario({ quotas: { ...quotas, ingest } })).at(-1)?.asked;

    expect(askedOf("sns")).toEqual(["30,000 SNS messages a second"]);
    expect(askedOf("eventbridge")).toEqual(["30,000 SNS messages a second", "18,750 EventBridge invocations a second"]);
  });

  it("has more pollers than functions need where they poll too slowly", () => {
    const quick = timedWorker({ work: { cpuSeconds: 0.001, pixels: 6e6, outputs: 1 } });
    const others = found(scenario({ stack: { workers: [quick] }, load: { uploads: 25_000_000 } }));

    // A batch takes 0.262 s: ten of a poller are done sooner than it polls for ten more.
    expect(others.map(({ settings }) => settings)).toContain("provisionedPollers of at most 3,436 for preview");
  });
});
