import { machineLine } from "../machine.ts";
import { type BenchResults, isRatio, type ResultRow } from "../results.ts";
import type { Verdict } from "../statistics.ts";
import { quantity } from "./table.ts";

/** What `npm run bench -- --readme` writes, by the paths from the project. */
export const README_RESULTS = "test/docs/bench/results.json";
export const README_PICTURE = "test/docs/bench/bench.svg";

const VERDICTS = {
  met: "met",
  open: "above, within noise",
  missed: "**missed**",
  "no target": "",
} as const satisfies Record<Verdict, string>;

const IN = { wall: "", cpu: " (CPU time)", memory: "", "cold start": "", "code size": "" } as const;

/** The README's table of one run: its rows, the head first. */
export function readmeRows({ rows }: BenchResults): string[][] {
  return [["job", "Image Machine", "compared with", "ratio", "rounds", "target", ""], ...rows.map(readmeRow)];
}

/** Where and when that was, and what one has to know to read it, as Markdown. */
export function readmeNote({ date, machine, rounds, notes }: BenchResults): string {
  return [
    `Measured on ${date.slice(0, 10)} in ${rounds} rounds on ${machineLine(machine)}.`,
    "",
    ...notes.map((note) => `- ${note}`),
  ].join("\n");
}

function readmeRow(row: ResultRow): string[] {
  const { title, measure, ours, against, others, result, target, verdict } = row;
  const { low, value, high } = result;
  return [
    `${title}${IN[measure]}`,
    quantity(ours, measure),
    against === undefined || others === undefined ? "" : `${against}: ${quantity(others, measure)}`,
    isRatio(row) ? `**${value.toFixed(2)}**` : "",
    isRatio(row) ? `${low.toFixed(2)}–${high.toFixed(2)}` : "",
    targetCell(row, target),
    VERDICTS[verdict],
  ];
}

function targetCell(row: ResultRow, target: number | undefined): string {
  if (target === undefined) return "";
  return isRatio(row) ? `≤ ${target}` : `≤ ${quantity(target, row.measure)}`;
}
