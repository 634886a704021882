import { textTable } from "../../infra/text-table.ts";
import { type Balance, ENDS, PROBLEMS } from "./balance.ts";
import { type MemorySample, type MemoryTrend, trendOf } from "./memory-samples.ts";
import type { SoakReport } from "./run-soak.ts";

const MAX_SHOWN_PROBLEMS = 20;

/** Lines for people: what was done, how it ended in each worker, what went wrong on the way, and what must not be. */
export function balanceSheet(report: SoakReport): string[] {
  const { balance, injected, uploadSeconds, drainSeconds, isDrained, memory } = report;
  const { uploads, removals, keys } = balance;
  return [
    `${uploads} uploads and ${removals} removals of ${keys} keys in ${uploadSeconds} s; the queues were ${isDrained ? "" : "NOT "}empty ${drainSeconds} s later.`,
    "",
    ...textTable(endRows(balance)),
    "",
    ...textTable([["dead letters", "code", "messages"], ...deadLetterRows(balance)]),
    "",
    ...textTable([["fault", "injected"], ...Object.entries(injected).map(([kind, count]) => [kind, String(count)])]),
    "",
    ...textTable(memoryRows(memory)),
    "",
    ...problemLines(balance),
  ];
}

/** Whether everything is accounted for. */
export function isBalanced({ isDrained, balance }: SoakReport): boolean {
  return isDrained && balance.problems.length === 0;
}

function endRows({ workers, problems, keys }: Balance): string[][] {
  const rows = workers.map(({ worker, ends, outputs }) => {
    const own = problems.filter((problem) => problem.worker === worker);
    const counts = [
      ...ENDS.map((end) => ends[end]),
      ...PROBLEMS.map((kind) => own.filter((problem) => problem.kind === kind).length),
    ];
    return [worker, ...counts.map(String), String(keys), String(outputs)];
  });
  return [["worker", ...ENDS, ...PROBLEMS, "of keys", "outputs"], ...rows];
}

function deadLetterRows({ workers }: Balance): string[][] {
  return workers.flatMap(({ worker, deadLetterCodes }) =>
    Object.entries(deadLetterCodes).map(([code, count]) => [worker, code, String(count)]),
  );
}

function memoryRows(memory: readonly MemorySample[]): string[][] {
  const row = (name: string, { start, middle, end, peak }: MemoryTrend) => [
    name,
    ...[start, middle, end, peak].map(String),
  ];
  return [
    ["memory in MB", "first third", "middle", "last third", "peak"],
    row("machine, live heap", trendOf(memory.map(({ liveHeap }) => liveHeap))),
    row("machine, resident", trendOf(memory.map(({ machine }) => machine))),
    row("largest function, resident", trendOf(memory.map((sample) => sample.function))),
  ];
}

function problemLines({ problems }: Balance): string[] {
  if (problems.length === 0) return ["Balanced: nothing is lost, stale, doubled or untold."];
  const shown = problems.slice(0, MAX_SHOWN_PROBLEMS);
  const lines = shown.map(({ kind, key, worker, detail }) => `${kind}: ${JSON.stringify(key)} in ${worker}. ${detail}`);
  const left = problems.length - shown.length;
  return ["NOT balanced:", ...lines, ...(left > 0 ? [`… and ${left} more.`] : [])];
}
