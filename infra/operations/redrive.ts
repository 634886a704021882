import type { SQSClient } from "@aws-sdk/client-sqs";
import {
  countByCode,
  type DeadLetter,
  deleteLetters,
  type LetterQueue,
  letterQueues,
  lookAtLetters,
  receiveLetters,
  releaseLetters,
} from "./dead-letters.ts";
import { type Clock, Pace } from "./pace.ts";
import { inBatches, sendBatch } from "./send-messages.ts";
import type { OperatedWorker } from "./stack-outputs.ts";

export interface RedriveOptions {
  readonly sqs: SQSClient;
  /** The code of the messages that are chosen; all without it. */
  readonly code: string | undefined;
  /** Messages per second. */
  readonly rate: number;
  readonly dryRun: boolean;
  readonly clock: Clock;
  /** Stops between two batches. */
  readonly signal: AbortSignal;
  /** Told of what there is before anything is moved. */
  readonly onFound: (byCode: Readonly<Record<string, number>>) => void;
  /** Told of how many were moved so far. */
  readonly onMoved: (moved: number) => void;
}

export interface RedriveReport {
  /** Messages that were found, by their codes. */
  readonly found: Readonly<Record<string, number>>;
  readonly chosen: number;
  readonly moved: number;
  /** Those that stay where they were. */
  readonly stuck: readonly Stuck[];
}

/** A message that could not be moved, and why. */
export interface Stuck {
  readonly letter: DeadLetter;
  readonly reason: string;
}

/**
 * Sends a worker's dead letters to its queue again, as they were before it gave up on them. Each is sent before it is deleted, so
 * that none is lost and a killed run may send some twice. Only what is there at the start is moved: what fails again comes back
 * as another message.
 */
export async function redrive(worker: OperatedWorker, options: RedriveOptions): Promise<RedriveReport> {
  const { code, dryRun, onFound } = options;
  const looked = await Promise.all(
    letterQueues(worker).map(async (queue) => ({ queue, letters: await lookAtLetters(queue, options) })),
  );
  const found = countByCode(looked.flatMap(({ letters }) => letters));
  onFound(found);
  const jobs = looked.map(({ queue, letters }) => ({
    queue,
    chosen: new Set(
      letters.filter((letter) => code === undefined || letter.code === code).map(({ messageId }) => messageId),
    ),
  }));
  const chosen = jobs.reduce((sum, job) => sum + job.chosen.size, 0);
  if (dryRun) return { found, chosen, moved: 0, stuck: [] };

  const pace = new Pace(options.rate, options.clock);
  const stuck: Stuck[] = [];
  let moved = 0;
  const onBatch = (count: number) => {
    moved += count;
    options.onMoved(moved);
  };
  for (const job of jobs) stuck.push(...(await moveLetters({ ...job, to: worker.queueUrl, pace, onBatch }, options)));
  return { found, chosen, moved, stuck };
}

interface Move {
  readonly queue: LetterQueue;
  /** The ids of the messages to move. */
  readonly chosen: ReadonlySet<string>;
  /** The URL of the queue. */
  readonly to: string;
  readonly pace: Pace;
  /** Told of how many were sent and deleted. */
  readonly onBatch: (count: number) => void;
}

async function moveLetters({ queue, chosen, ...move }: Move, options: RedriveOptions): Promise<Stuck[]> {
  const { sqs } = options;
  const left = new Set(chosen);
  /** Hidden until the end, lest they come again and again. */
  const held = new Map<string, DeadLetter>();
  const stuck: Stuck[] = [];
  try {
    while (left.size > 0) {
      const letters = await receiveLetters(queue, options);
      // Others may have taken what is left.
      if (letters.every(({ messageId }) => held.has(messageId))) break;
      for (const letter of letters) held.set(letter.messageId, letter);
      for (const batch of inBatches(letters.filter(({ messageId }) => left.has(messageId)))) {
        await move.pace.take(batch.length, options.signal);
        const notMoved = await moveBatch(queue, batch, { ...options, queueUrl: move.to });
        stuck.push(...notMoved);
        const kept = new Set(notMoved.map(({ letter }) => letter));
        for (const letter of batch) {
          left.delete(letter.messageId);
          if (!kept.has(letter)) held.delete(letter.messageId);
        }
        move.onBatch(batch.length - notMoved.length);
      }
    }
  } finally {
    await releaseLetters(queue, [...held.values()], sqs);
  }
  return stuck;
}

interface Sending {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly clock: Clock;
}

async function moveBatch(queue: LetterQueue, batch: readonly DeadLetter[], sending: Sending): Promise<Stuck[]> {
  const refused = await sendBatch(batch, sending);
  const kept = new Set(refused.map(({ item }) => item));
  const sent = batch.filter((letter) => !kept.has(letter));
  const undeleted = await deleteLetters(queue, sent, sending.sqs);
  return [
    ...refused.map(({ item, reason }) => ({ letter: item, reason })),
    ...undeleted.map((letter) => ({ letter, reason: "It was sent, but could not be deleted: it is there twice." })),
  ];
}
