import { amount, count, duration } from "../figures.ts";
import { coldBatchSeconds, messagesInTime, neededTimeout, usableSeconds } from "./batch-time.ts";
import type { Estimate, Scenario, TimedWorker } from "./estimate.ts";
import type { Run, WorkerRunOf } from "./simulate.ts";

/** Whether some uploads would not be derived. */
export function losesUploads({ stack }: Scenario, { run }: Estimate): boolean {
  const noTime = stack.workers.some((worker) => messagesInTime(worker.batchSize, worker.work, worker) === 0);
  return noTime || run.workers.some(({ expired, deadLetters }) => expired + deadLetters > 0);
}

/** A sentence for each way in which messages would not be worked on, or that there is none. */
export function lossesOf({ stack, load, quotas }: Scenario, { run }: Estimate): string[] {
  const losses = stack.workers.flatMap((worker, index) => {
    const figures = run.workers[index];
    return figures ? [...outOfTime(worker, load.uploads), ...ofWorker(worker, figures, quotas.accountConcurrency)] : [];
  });
  const warnings = run.workers.flatMap((figures) => lostReceives(figures, quotas.accountConcurrency));
  return [...(losses.length > 0 ? losses : [noLoss(stack, run)]), ...warnings];
}

function noLoss(stack: Scenario["stack"], run: Run): string {
  const oldest = run.workers.reduce((a, b) => (b.oldestAgeSeconds > a.oldestAgeSeconds ? b : a));
  if (oldest.oldestAgeSeconds < 60) return "No message is lost.";
  const { retentionSeconds = 0 } = stack.workers.find(({ name }) => name === oldest.name) ?? {};
  return `No message is lost: the oldest one waits ${duration(oldest.oldestAgeSeconds)} of the ${duration(retentionSeconds)} for which the queue of ${oldest.name} keeps it.`;
}

function outOfTime(worker: TimedWorker, uploads: number): string[] {
  const { name, batchSize, timeoutSeconds, maxReceiveCount, work } = worker;
  const inTime = messagesInTime(batchSize, work, worker);
  if (inTime === batchSize) return [];
  const takes = (messages: number) =>
    `takes ${coldBatchSeconds(messages, work, worker).toFixed(2)} s with a cold start`;
  const works = `the runtime works for ${usableSeconds(worker).toFixed(2)} s of its timeoutSeconds of ${timeoutSeconds}`;
  if (inTime === 0)
    return [`All ${count(uploads, "upload")} would end as dead letters of ${name}: one ${takes(1)}, and ${works}.`];
  return [
    `Messages of ${name} would come again and again: a full batch of ${batchSize} ${takes(batchSize)}, ${works}, and what is not done then is received once more, of ${maxReceiveCount} times. Set batchSize to ${inTime}, or timeoutSeconds to ${neededTimeout(batchSize, work, worker)}.`,
  ];
}

function ofWorker(
  { name, retentionSeconds, maxReceiveCount }: TimedWorker,
  figures: WorkerRunOf,
  account: number,
): string[] {
  const { expired, deadLetters } = figures;
  return [
    ...(expired > 0
      ? [
          `${count(expired, "message")} of ${name} would be lost: its queue keeps them for ${duration(retentionSeconds)}, and then they are not done.`,
        ]
      : []),
    ...(deadLetters > 0
      ? [
          `About ${count(deadLetters, "message")} of ${name} would become dead letters without having been tried: throttled at the account's ${amount(account)} functions, they are received ${maxReceiveCount} times in vain.`,
        ]
      : []),
  ];
}

function lostReceives({ name, deadLetters, lostReceives }: WorkerRunOf, account: number): string[] {
  if (deadLetters > 0 || lostReceives < 1) return [];
  return [
    `Throttling at the account's ${amount(account)} functions costs ${name} about ${count(lostReceives, "receive")}, none of them a message's last: a lower maximumConcurrency, or a larger account, would spare them.`,
  ];
}
