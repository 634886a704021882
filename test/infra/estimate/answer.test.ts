import { describe, expect, it } from "vitest";
import { alternatives } from "../../../infra/estimate/alternatives.ts";
import { answer } from "../../../infra/estimate/answer.ts";
import { estimate, type Scenario } from "../../../infra/estimate/estimate.ts";
import { reportData, reportLines } from "../../../infra/estimate/report.ts";
import { scenario, timedWorker } from "../../support/planned-worker.ts";

const answerTo = (asked: Scenario) => {
  const now = estimate(asked);
  return answer(asked, now, alternatives(asked, now));
};

const TWO_WORKERS = {
  workers: [
    timedWorker({ name: "slow", work: { cpuSeconds: 1, pixels: 6e6, outputs: 1 } }),
    timedWorker({ name: "quick" }),
  ],
};

describe("the answer", () => {
  it("says when uploads are in the queues and when all is done, what holds it back, what it costs, and what would be faster", () => {
    const lines = answerTo(scenario({ stack: TWO_WORKERS }));

    expect(lines).toEqual([
      "100,000 uploads in 60 s, stack dev in eu-central-1, 2 workers: in the queues after 60 s, all derived after 2.8 h, for $4.61.",
      "The queues take them as they come.",
      "What holds the work back is each worker's own maximumConcurrency of 10. Worker quick is done first, after 19 min, and slow last, after 2.8 h.",
      "No message is lost: the oldest one waits 2.8 h of the 7 days for which the queue of slow keeps it.",
      expect.stringMatching(
        /^It costs \$4\.61, which is \$46\.\d\d for a million uploads: Lambda \$\d\.\d\d, S3 \$\d\.\d\d, .*; worker slow makes \d\d % of it\.$/,
      ),
      expect.stringMatching(
        /^With the settings below alone it takes \d\.\d min for about the same money; then it is held back by .+\.$/,
      ),
      expect.stringMatching(
        /^With an account concurrency of 10,000 asked of AWS, and the settings below, it takes 117 s for .+\.$/,
      ),
    ]);
  });

  it("has nothing to add where workers keep up", () => {
    const lines = answerTo(scenario({ load: { uploads: 600 } }));

    expect(lines.slice(1, -1)).toEqual([
      "The queues take them as they come.",
      "Nothing holds the work back: each worker keeps up with uploads.",
      "No message is lost.",
    ]);
  });

  it.each([
    [
      "SNS takes less",
      { quotas: { publicationsPerSecond: 300 } },
      "The queues have them late: they come at 1,667 a second, and SNS takes 300 messages a second in eu-central-1 unless",
    ],
    [
      "EventBridge sends less",
      { quotas: { ingest: "eventbridge", ruleInvocationsPerSecond: 300 } },
      "The queues have them late: they come at 1,667 a second for 1 rule, and EventBridge sends 300 events a second to targets",
    ],
    [
      "an upload takes more than a function's time",
      { stack: { workers: [timedWorker({ timeoutSeconds: 1, work: { cpuSeconds: 1, pixels: 6e6, outputs: 1 } })] } },
      "All 100,000 uploads would end as dead letters of preview: one takes 1.63 s with a cold start, and the runtime works for 0.80 s of its timeoutSeconds of 1.",
    ],
    [
      "a batch takes more than a function's time",
      { stack: { workers: [timedWorker({ timeoutSeconds: 2 })] } },
      "Messages of preview would come again and again: a full batch of 10 takes 1.63 s with a cold start, the runtime works for 1.60 s of its timeoutSeconds of 2, and what is not done then is received once more, of 5 times. Set batchSize to 9, or timeoutSeconds to 4.",
    ],
    [
      "a queue is drained too slowly",
      { stack: { workers: [timedWorker({ retentionSeconds: 600 })] } },
      "messages of preview would be lost: its queue keeps them for 10 min, and then they are not done.",
    ],
    [
      "throttling uses up receives",
      {
        stack: { workers: [timedWorker({ scaling: { maximumConcurrency: 1_000 }, visibilityTimeoutSeconds: 6 })] },
        quotas: { accountConcurrency: 10 },
      },
      "messages of preview would become dead letters without having been tried: throttled at the account's 10 functions, they are received 5 times in vain.",
    ],
    [
      "throttling uses some receives",
      {
        stack: { workers: [timedWorker({ scaling: { maximumConcurrency: 1_000 }, visibilityTimeoutSeconds: 120 })] },
        quotas: { accountConcurrency: 50 },
      },
      "Throttling at the account's 50 functions costs preview about",
    ],
  ] as const)("warns where %s", (_, given, warning) => {
    const lines = answerTo(scenario(given));

    expect(lines.filter((line) => line.includes(warning))).toHaveLength(1);
    expect(lines[0]?.includes("all that is not lost derived after")).toBe(
      /dead letters of|lost|dead letters without/.test(warning),
    );
  });
});

describe("the report", () => {
  const asked = scenario({ stack: TWO_WORKERS });
  const now = estimate(asked);
  const estimated = { scenario: asked, now, others: alternatives(asked, now), times: "measured." };

  it("has the answer first, then tables, what would change it, and what it assumes", () => {
    const lines = reportLines(estimated);

    expect(lines.slice(0, 7)).toEqual(answer(asked, now, estimated.others));
    expect(lines.filter((_, index) => lines[index - 1] === "")).toEqual([
      "Workers, at their best",
      "Dollars",
      "Time",
      "What would change it",
      "Assumed",
    ]);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^slow +1\.00 s +10 in 10\.1 s +1,769 MB +10 +9\.9 +2\.8 h +2\.8 h +\$\d\d\.\d\d +maximumConcurrency 10$/,
      ),
    );
  });

  it("says what S3 makes of as many uploads, and what pollers cost that are always there", () => {
    const fast = scenario({
      stack: { workers: [timedWorker({ scaling: { minimumPollers: 200, maximumPollers: 1_000 } })] },
      load: { uploads: 2_000_000, windowSeconds: 300 },
    });
    const lines = reportLines({ scenario: fast, now: estimate(fast), others: [], times: "measured." });

    const told = lines.slice(lines.indexOf("To know before") + 1, lines.indexOf("Assumed") - 1);
    expect(told).toEqual([
      expect.stringMatching(/^- S3 gets 6,667 uploads a second, and takes 3,500 writes a second for a prefix;/),
      expect.stringMatching(/^- S3 gets [\d,]+ reads a second of uploads \(5,500 for a prefix\) and [\d,]+ writes/),
      "- The 200 pollers that preview always has cost $1,351 a month, uploads or not.",
      "- Workers together may run 10,000 functions, and the account 1,000: what else runs in the account is throttled too.",
    ]);
  });

  it("gives programs all figures, which add up", () => {
    const data = reportData(estimated);

    const sums = data.workers.map(({ uploads = 0, deadLetters = 0, expired = 0 }) => uploads + deadLetters + expired);
    expect(sums).toEqual([100_000, 100_000]);
    expect(Object.values(data.dollarsByService).reduce((sum, one) => sum + one, 0)).toBeCloseTo(data.dollars, 6);
    expect(data.alternatives.at(-1)?.drainedAfterSeconds).toBeLessThan(data.drainedAfterSeconds / 10);
  });
});
