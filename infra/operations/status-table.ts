import { textTable } from "../text-table.ts";
import type { WorkerStatus } from "./status.ts";

/** A worker of a machine, which counts what became of uploads since it started. */
export interface CountedWorkerStatus extends WorkerStatus {
  readonly done: number;
  readonly skipped: number;
  readonly removed: number;
  readonly failed: number;
}

const COUNTS = ["done", "skipped", "removed", "failed"] as const;

/** A line for each worker, below one of headings. */
export function statusTable(workers: readonly (WorkerStatus | CountedWorkerStatus)[]): string[] {
  const counted = workers.some((worker) => "done" in worker) ? COUNTS : [];
  const head = ["worker", "waiting", "in flight", "oldest", ...counted, "dead letters", "undelivered"];
  return textTable([head, ...workers.map(cells)]);
}

function cells(status: WorkerStatus | CountedWorkerStatus): string[] {
  const { worker, waiting, inFlight, oldestSeconds, undelivered } = status;
  return [
    worker,
    ...[waiting, inFlight].map(String),
    oldestSeconds === null ? "-" : `${oldestSeconds} s`,
    ...("done" in status ? COUNTS.map((count) => String(status[count])) : []),
    deadLetters(status),
    undelivered === 0 ? "-" : String(undelivered),
  ];
}

function deadLetters({ deadLetters: byCode, otherDeadLetters: others }: WorkerStatus): string {
  const known = Object.entries(byCode).map(([code, count]) => `${count} ${code}`);
  return [...known, ...(others > 0 ? [`${others} not looked at`] : [])].join(", ") || "-";
}
