import type { DeployedStack, DeployedWorker } from "./deploy.ts";
import type { LiveMessage } from "./emulator.ts";
import { queueName } from "./queue-name.ts";
import type { Counts } from "./serve/result-counts.ts";

/** How one worker stands. */
export interface WorkerStatus extends Counts {
  readonly worker: string;
  /** Messages in its queue that can be received, now or after a delay. */
  readonly waiting: number;
  /** Messages in its queue that someone has received. */
  readonly inFlight: number;
  /** By their codes. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Of the oldest message in its queue, since it was sent. */
  readonly oldestSeconds: number | null;
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
  const { ready, delayed, inflight } = await machine.emulator.inspectQueue(queueName(worker.queueUrl));
  const dead = await machine.emulator.inspectQueue(queueName(worker.deadLetterQueueUrl));
  const sent = [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(
    (message) => message.sentTimestamp,
  );
  const letters = [...dead.ready, ...dead.delayed, ...dead.inflight.map(({ message }) => message)];
  return {
    worker: worker.name,
    waiting: ready.length + delayed.length,
    inFlight: inflight.length,
    deadLetters: countByCode(letters),
    oldestSeconds: sent.length === 0 ? null : Math.round((Date.now() - Math.min(...sent)) / 1000),
    processIds: machine.function(worker.functionName).processIds,
  };
}

/** What no dispatcher sent is there because its function ended without an answer. */
function countByCode(letters: readonly LiveMessage[]): Record<string, number> {
  const byCode = Map.groupBy(
    letters,
    ({ messageAttributes }) => messageAttributes.code?.StringValue ?? "FUNCTION_CRASHED",
  );
  return Object.fromEntries([...byCode].map(([code, { length }]) => [code, length]));
}
