import type { WorkerStatus as QueueStatus } from "../operations/status.ts";
import type { DeployedStack, DeployedWorker } from "./deploy.ts";
import type { Emulator, LiveMessage } from "./emulator.ts";
import { queueName } from "./queue-name.ts";
import type { Counts } from "./serve/result-counts.ts";

/** How one worker stands. */
export interface WorkerStatus extends QueueStatus, Counts {
  /** Of its function. */
  readonly processIds: readonly number[];
}

/** How a running machine stands; counts are since it started. */
export interface MachineStatus {
  readonly stack: string;
  readonly endpoint: string;
  readonly processId: number;
  readonly startedAt: string;
  readonly uploadsBucket: string;
  readonly outputsBucket: string;
  /** What keys start with there. */
  readonly uploadsPrefix: string;
  readonly outputsPrefix: string;
  readonly workers: readonly WorkerStatus[];
}

type QueueContents = Awaited<ReturnType<Emulator["inspectQueue"]>>;

interface Run {
  readonly stackName: string;
  readonly startedAt: Date;
  readonly countsOf: (worker: string) => Counts;
}

export async function statusOf(stack: DeployedStack, { stackName, startedAt, countsOf }: Run): Promise<MachineStatus> {
  const { machine, uploadsBucket, outputsBucket, uploadsPrefix, outputsPrefix, workers } = stack;
  return {
    stack: stackName,
    endpoint: machine.emulator.endpoint,
    processId: process.pid,
    startedAt: startedAt.toISOString(),
    uploadsBucket,
    outputsBucket,
    uploadsPrefix,
    outputsPrefix,
    workers: await Promise.all(
      workers.map(async (worker) => ({ ...(await queuesOf(stack, worker)), ...countsOf(worker.name) })),
    ),
  };
}

async function queuesOf({ machine }: DeployedStack, worker: DeployedWorker): Promise<Omit<WorkerStatus, keyof Counts>> {
  const queue = await machine.emulator.inspectQueue(queueName(worker.queueUrl));
  const dead = await machine.emulator.inspectQueue(queueName(worker.deadLetterQueueUrl));
  const undelivered =
    worker.undeliveredQueueUrl && (await machine.emulator.inspectQueue(queueName(worker.undeliveredQueueUrl)));
  const sent = messagesOf(queue).map((message) => message.sentTimestamp);
  return {
    worker: worker.name,
    waiting: queue.ready.length + queue.delayed.length,
    inFlight: queue.inflight.length,
    deadLetters: countByCode(messagesOf(dead)),
    otherDeadLetters: 0,
    undelivered: undelivered ? messagesOf(undelivered).length : 0,
    oldestSeconds: sent.length === 0 ? null : Math.round((Date.now() - Math.min(...sent)) / 1000),
    processIds: machine.function(worker.functionName).processIds,
  };
}

function messagesOf({ ready, delayed, inflight }: QueueContents): LiveMessage[] {
  return [...ready, ...delayed, ...inflight.map(({ message }) => message)];
}

/** What no dispatcher sent is there because its function ended without an answer. */
function countByCode(letters: readonly LiveMessage[]): Record<string, number> {
  const byCode = Map.groupBy(
    letters,
    ({ messageAttributes }) => messageAttributes.code?.StringValue ?? "FUNCTION_CRASHED",
  );
  return Object.fromEntries([...byCode].map(([code, { length }]) => [code, length]));
}
