import { textTable } from "../../../infra/text-table.ts";
import { machineLine } from "../machine.ts";
import { type BenchResults, isRatio, type Measure, type ResultRow } from "../results.ts";
import type { Verdict } from "../statistics.ts";

const HEAD = ["job", "in", "ours", "compared with", "", "ratio", "its rounds", "target", ""];

const VERDICTS = {
  met: "met",
  open: "above it, in some rounds not",
  missed: "MISSED",
  "no target": "no target",
} as const satisfies Record<Verdict, string>;

const UNITS = {
  wall: "ms",
  cpu: "ms",
  memory: "MB",
  "cold start": "ms",
  "code size": "KB",
} as const satisfies Record<Measure, string>;

/** All that a run found, as lines for a terminal. */
export function benchTable({ date, machine, rounds, rows, failures, notes }: BenchResults): string[] {
  return [
    `${date}, ${rounds} rounds`,
    machineLine(machine),
    "",
    ...textTable([HEAD, ...rows.map(tableRow)]),
    "",
    ...notes,
    ...failures.flatMap(({ job, problems }) => problems.map((problem) => `FAILED ${job}: ${problem}`)),
  ];
}

function tableRow(row: ResultRow): string[] {
  const { title, measure, ours, against = "", others, result, target, verdict } = row;
  const ratio = isRatio(row);
  return [
    title,
    measure,
    quantity(ours, measure),
    against,
    others === undefined ? "" : quantity(others, measure),
    ratio ? result.value.toFixed(2) : "",
    ratio
      ? `${result.low.toFixed(2)} to ${result.high.toFixed(2)}`
      : `${result.low.toFixed(0)} to ${result.high.toFixed(0)}`,
    target === undefined ? "" : String(target),
    VERDICTS[verdict],
  ];
}

/** A number with its unit. */
export function quantity(value: number, measure: Measure): string {
  return `${value < 100 && UNITS[measure] === "ms" ? value.toFixed(1) : value.toFixed(0)} ${UNITS[measure]}`;
}
