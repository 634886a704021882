import { amount, count, dollars, duration } from "../figures.ts";
import { textTable } from "../text-table.ts";
import { batchSeconds } from "./batch-time.ts";
import { type Costs, SERVICES, totalOf } from "./costs.ts";
import type { Estimate, Scenario } from "./estimate.ts";
import { limitCell, limitOf } from "./held-back.ts";
import type { Sample } from "./simulate.ts";
import { uploadsPerSecond } from "./speeds.ts";

/** When there is something to see: minutes, then hours, then days. */
const SHOWN_SECONDS = [
  ...[1, 2, 3, 4, 5, 10, 15, 20, 30, 45, 60, 90, 120].map((minutes) => minutes * 60),
  ...[4, 8, 12, 24, 48, 72, 96, 120, 144, 168].map((hours) => hours * 3_600),
];

/** How each worker gets on. */
export function workersTable(scenario: Scenario, estimate: Estimate): string[] {
  const { run, costs } = estimate;
  const rows = scenario.stack.workers.map((worker, index) => {
    const figures = run.workers[index];
    if (!figures) return [worker.name];
    const { batchSize, memoryMb, work } = worker;
    return [
      worker.name,
      seconds(work.cpuSeconds),
      `${batchSize} in ${batchSeconds(batchSize, work, worker).toFixed(1)} s`,
      `${amount(memoryMb)} MB`,
      amount(figures.peakConcurrency),
      speed(uploadsPerSecond(scenario, estimate, index)),
      duration(figures.drainedAt),
      duration(figures.oldestAgeSeconds),
      perMillion(costs.workers[index], figures.uploads),
      limitCell(worker, limitOf(figures), scenario),
    ];
  });
  const head = ["worker", "CPU", "full batch", "memory", "functions", "uploads/s", "done after", "oldest message"];
  return textTable([[...head, "$/million", "held back by"], ...rows]);
}

/** What is paid to whom. */
export function costsTable({ stack, load }: Scenario, { run, costs }: Estimate): string[] {
  const services = SERVICES.filter((service) => costs.sum[service] > 0);
  const row = (name: string, of: Costs | undefined, uploads: number) => [
    name,
    ...services.map((service) => dollars(of?.[service] ?? 0)),
    dollars(of ? totalOf(of) : 0),
    perMillion(of, uploads),
  ];
  return textTable([
    ["dollars", ...services, "sum", "a million uploads"],
    ...stack.workers.map(({ name }, index) => row(name, costs.workers[index], run.workers[index]?.uploads ?? 0)),
    row("(uploads)", costs.uploads, load.uploads),
    row("sum", costs.sum, load.uploads),
  ]);
}

/** What there is at which time, a line for each minute at first. */
export function timeTable({ stack, load }: Scenario, { run }: Estimate): string[] {
  const shown = SHOWN_SECONDS.map((time) => run.samples.find(({ seconds }) => seconds >= time && seconds < 1.1 * time));
  const samples = new Set([...shown.filter((sample) => sample !== undefined), ...run.samples.slice(-1)]);
  const all = load.uploads * stack.workers.length;
  const row = ({ seconds, accepted, waiting, functions, done }: Sample) => [
    duration(seconds),
    amount(accepted),
    amount(waiting),
    amount(functions),
    `${((100 * done.reduce((sum, one) => sum + one, 0)) / all).toFixed(1)} %`,
  ];
  return textTable([
    ["after", "uploads in the queues", "messages waiting", "functions", `of ${count(all, "run")} done`],
    ...[...samples].map(row),
  ]);
}

function seconds(number: number): string {
  return number < 0.1 ? `${(number * 1000).toFixed(0)} ms` : `${number.toFixed(2)} s`;
}

function speed(uploads: number): string {
  return uploads < 100 ? uploads.toFixed(1) : amount(uploads);
}

function perMillion(costs: Costs | undefined, uploads: number): string {
  return costs && uploads > 0 ? dollars((totalOf(costs) / uploads) * 1e6) : "-";
}
