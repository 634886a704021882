import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { countByCode, letterQueues, lookAtLetters } from "./dead-letters.ts";
import type { OperatedStack, OperatedWorker } from "./stack-outputs.ts";

/** How one worker stands. On AWS the numbers are SQS's own, which are up to a minute old. */
export interface WorkerStatus {
  readonly worker: string;
  /** Messages in its queue that can be received, now or after a delay. */
  readonly waiting: number;
  /** Messages in its queue that someone has received. */
  readonly inFlight: number;
  /** Of the oldest message in its queue, since it was sent; `null` if there is none, or if it can't be known. */
  readonly oldestSeconds: number | null;
  /** By their codes. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Dead letters whose codes were not looked at. */
  readonly otherDeadLetters: number;
  /** Messages that SNS or EventBridge could not deliver. */
  readonly undelivered: number;
}

export interface StackStatus extends Omit<OperatedStack, "workers"> {
  /** How people are told of it. */
  readonly stack: string;
  readonly workers: readonly WorkerStatus[];
}

interface Looking {
  readonly title: string;
  readonly sqs: SQSClient;
  readonly signal: AbortSignal;
}

/** How many dead letters of a queue are looked at. */
const MAX_LETTERS = 1000;

/** How a stack's workers stand, as SQS knows it. Dead letters are hidden for the moment in which their codes are read. */
export async function statusOf(stack: OperatedStack, { title, sqs, signal }: Looking): Promise<StackStatus> {
  const { region, uploadsBucket, uploadsPrefix, outputsBucket, outputsPrefix } = stack;
  const workers = await Promise.all(stack.workers.map((worker) => workerStatus(worker, { sqs, signal })));
  return { stack: title, region, uploadsBucket, uploadsPrefix, outputsBucket, outputsPrefix, workers };
}

async function workerStatus(worker: OperatedWorker, looking: Omit<Looking, "title">): Promise<WorkerStatus> {
  const { sqs } = looking;
  const [deadQueue] = letterQueues(worker);
  const urls = [worker.queueUrl, worker.deadLetterQueueUrl, worker.undeliveredQueueUrl] as const;
  const [queue, dead, undelivered] = await Promise.all([
    countsOf(sqs, urls[0]),
    countsOf(sqs, urls[1]),
    countsOf(sqs, urls[2]),
  ]);
  const letters = dead.waiting > 0 ? await lookAtLetters(deadQueue, { ...looking, max: MAX_LETTERS }) : [];
  return {
    worker: worker.name,
    ...queue,
    oldestSeconds: null,
    deadLetters: countByCode(letters),
    otherDeadLetters: Math.max(0, dead.waiting + dead.inFlight - letters.length),
    undelivered: undelivered.waiting + undelivered.inFlight,
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
async function countsOf(sqs: SQSClient, queueUrl: string): Promise<Pick<WorkerStatus, "waiting" | "inFlight">> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
      ],
    }),
  );
  const number = (text = "0") => Number(text);
  return {
    waiting: number(Attributes.ApproximateNumberOfMessages) + number(Attributes.ApproximateNumberOfMessagesDelayed),
    inFlight: number(Attributes.ApproximateNumberOfMessagesNotVisible),
  };
}
