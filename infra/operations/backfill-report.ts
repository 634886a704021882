import { amount, count, dollars, duration } from "../figures.ts";
import type { BackfillReport } from "./backfill.ts";
import { estimate, priceOfLooking } from "./estimate.ts";
import type { OperatedWorker } from "./stack-outputs.ts";
import { FINDINGS, type Finding } from "./upload-findings.ts";

/** `1,200 objects, 1,150 of them for this worker; to look at their outputs costs less than $0.01` */
export function lookingLine(
  worker: OperatedWorker,
  { listed, selected }: { readonly listed: number; readonly selected: number },
): string {
  const price = priceOfLooking(worker, listed, selected);
  return `${count(listed, "object")}, ${amount(selected)} of them for this worker; looking at outputs costs ${about(price)}`;
}

/** `1,150 uploads, 23 s at 50 a second, about $0.02` */
export function estimateLine(worker: OperatedWorker, uploads: number, rate: number): string {
  const { seconds, dollars: price } = estimate(worker, uploads, rate);
  return `${count(uploads, "upload")}, ${duration(seconds)} at ${rate} a second, ${about(price)}`;
}

/** What a run found, each in a line, and what it did. */
export function reportLines(
  worker: OperatedWorker,
  { found, sent, refused, isComplete }: BackfillReport,
  { rate, dryRun }: { readonly rate: number; readonly dryRun: boolean },
): string[] {
  const findings = Object.entries(FINDINGS).filter(([finding]) => found[finding as Finding] > 0);
  return [
    ...findings.map(([finding, means]) => `${amount(found[finding as Finding]).padStart(9)} ${means}`),
    ...refused.map(({ item, reason }) => `not sent: ${item.upload.key}: ${reason}`),
    dryRun ? `would send ${estimateLine(worker, found.due, rate)}` : `sent ${count(sent, "upload")}`,
    ...(isComplete ? [] : ["stopped at the limit: the next run goes on from here"]),
  ];
}

export function stoppedLine({ name }: OperatedWorker, sent: number, after: string | undefined): string {
  const where = after === undefined ? "at the first key" : `after ${after}`;
  return `Stopped: ${count(sent, "upload")} were sent to worker ${name}. The next run goes on ${where}.`;
}

function about(price: number): string {
  return price < 0.01 ? "less than $0.01" : `about ${dollars(price)}`;
}
