import type { Alternative } from "./alternatives.ts";
import { answer } from "./answer.ts";
import type { Estimate, Scenario } from "./estimate.ts";
import { limitOf } from "./held-back.ts";
import { assumptions, changes, remarks } from "./remarks.ts";
import { costsTable, timeTable, workersTable } from "./tables.ts";

/** An estimate, and where its times are from. */
export interface Estimated {
  readonly scenario: Scenario;
  readonly now: Estimate;
  /** What would be faster. */
  readonly others: readonly Alternative[];
  /** A sentence. */
  readonly times: string;
}

/** The answer in words, then the figures, then what would change it, and what all that assumes. */
export function reportLines({ scenario, now, others, times }: Estimated): string[] {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["Workers, at their best", workersTable(scenario, now)],
    ["Dollars", costsTable(scenario, now)],
    ["Time", timeTable(scenario, now)],
    ["What would change it", changes(others)],
    ["To know before", remarks(scenario, now)],
    ["Assumed", assumptions(scenario, times)],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  return [...answer(scenario, now, others), ...shown.flatMap(([title, lines]) => ["", title, ...lines])];
}

/** All figures as plain data: seconds, US dollars and counts. */
export function reportData({ scenario, now, others, times }: Estimated) {
  const { stack, load, quotas } = scenario;
  return {
    answer: answer(scenario, now, others),
    stack: { name: stack.name, region: stack.region },
    ...load,
    quotas,
    times,
    acceptedAfterSeconds: now.run.acceptedAt,
    drainedAfterSeconds: now.run.drainedAt,
    peakConcurrency: now.run.peakConcurrency,
    dollars: now.dollars,
    dollarsByService: now.costs.sum,
    workers: stack.workers.map(({ name, work, memoryMb, batchSize, scaling }, index) => {
      const figures = now.run.workers[index];
      return {
        ...figures,
        name,
        work,
        memoryMb,
        batchSize,
        scaling,
        heldBackBy: figures && limitOf(figures),
        dollars: now.costs.workers[index],
      };
    }),
    samples: now.run.samples,
    alternatives: others.map((other) => ({
      asked: other.asked,
      scaling: Object.fromEntries(other.scenario.stack.workers.map(({ name, scaling }) => [name, scaling])),
      drainedAfterSeconds: other.run.drainedAt,
      dollars: other.dollars,
    })),
  };
}
