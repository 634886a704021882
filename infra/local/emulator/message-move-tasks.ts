import { randomUUID } from "node:crypto";
import { queueName } from "../queue-name.ts";
import { AwsError } from "./aws-error.ts";
import { deadLetterSources } from "./dead-letter-sources.ts";
import { MessageMove, type MoveStatus } from "./message-move.ts";
import type { MessageOrigins } from "./message-origins.ts";
import type { Queues } from "./queues.ts";

type Request = Readonly<Record<string, unknown>>;

interface Task {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly messagesPerSecond: number | undefined;
  readonly startedAt: number;
  readonly move: MessageMove;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const MAX_PER_SECOND = 500;
const MAX_LISTED = 10;
const ACTIVE: readonly MoveStatus[] = ["RUNNING", "CANCELLING"];

/** The dead-letter redrives of this account, with the rules of SQS. */
export class MessageMoveTasks {
  readonly #queues: Queues;
  readonly #origins: MessageOrigins;
  readonly #scale: number;
  /** The newest first. */
  readonly #tasks: Task[] = [];

  constructor({ queues, origins, scale }: { queues: Queues; origins: MessageOrigins; scale: number }) {
    this.#queues = queues;
    this.#origins = origins;
    this.#scale = scale;
  }

  async start(request: Request): Promise<object> {
    const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate } = request;
    const sourceArn = String(SourceArn ?? "");
    const destinationArn = DestinationArn === undefined ? undefined : String(DestinationArn);
    await this.#checkExists("SourceArn", sourceArn);
    if (destinationArn !== undefined) await this.#checkExists("DestinationArn", destinationArn);
    if (destinationArn === sourceArn) throw invalid("Source queue arn and destination queue arn cannot be the same.");
    const sourceArns = await deadLetterSources(this.#queues, sourceArn);
    if (sourceArns.length === 0) throw invalid("Source queue must be configured as a Dead Letter Queue.");
    if (rate !== undefined && !(Number.isInteger(rate) && Number(rate) >= 1 && Number(rate) <= MAX_PER_SECOND)) {
      throw invalid(
        `Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a value from 1 to ${MAX_PER_SECOND}.`,
      );
    }
    if (this.#tasks.some((task) => task.sourceArn === sourceArn && ACTIVE.includes(task.move.status))) {
      throw invalid(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }

    const messagesPerSecond = rate === undefined ? undefined : Number(rate);
    const move = new MessageMove({
      queues: this.#queues,
      origins: this.#origins,
      source: queueName(sourceArn),
      sourceArns,
      destinationArn,
      pauseMs: messagesPerSecond === undefined ? 0 : 1000 / (messagesPerSecond * this.#scale),
    });
    const handle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString("base64");
    this.#tasks.unshift({ handle, sourceArn, destinationArn, messagesPerSecond, startedAt: Date.now(), move });
    await move.start();
    return { TaskHandle: handle };
  }

  async list({ SourceArn, MaxResults = 1 }: Request): Promise<object> {
    const sourceArn = String(SourceArn ?? "");
    await this.#checkExists("SourceArn", sourceArn);
    if (!(Number.isInteger(MaxResults) && Number(MaxResults) >= 1 && Number(MaxResults) <= MAX_LISTED)) {
      throw invalid(`Value for parameter MaxResults is invalid. Reason: MaxResults must be from 1 to ${MAX_LISTED}.`);
    }
    const tasks = this.#tasks.filter((task) => task.sourceArn === sourceArn).slice(0, Number(MaxResults));
    return { Results: tasks.map(describe) };
  }

  async cancel({ TaskHandle }: Request): Promise<object> {
    const task = this.#tasks.find(({ handle }) => handle === TaskHandle);
    if (task === undefined) throw new AwsError("ResourceNotFoundException", "Task does not exist.", 404);
    if (task.move.status !== "RUNNING")
      throw new AwsError("UnsupportedOperation", "Only active tasks can be cancelled.");
    task.move.cancel();
    return { ApproximateNumberOfMessagesMoved: task.move.moved };
  }

  /** Stops every task, and resolves when none moves anything. */
  async close(): Promise<void> {
    await Promise.all(this.#tasks.map(({ move }) => move.close()));
  }

  async #checkExists(parameter: string, arn: string): Promise<void> {
    if (!/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(arn)) {
      throw new AwsError("InvalidAddress", `The address ${arn} is not valid for this endpoint.`, 404);
    }
    if (await this.#queues.has(queueName(arn))) return;
    const reason = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
    throw new AwsError("ResourceNotFoundException", reason, 404);
  }
}

/** Only of a task that can be cancelled is the handle told. */
function describe({ handle, sourceArn, destinationArn, messagesPerSecond, startedAt, move }: Task): object {
  return {
    ...(move.status === "RUNNING" && { TaskHandle: handle }),
    Status: move.status,
    SourceArn: sourceArn,
    ...(destinationArn !== undefined && { DestinationArn: destinationArn }),
    ...(messagesPerSecond !== undefined && { MaxNumberOfMessagesPerSecond: messagesPerSecond }),
    ApproximateNumberOfMessagesMoved: move.moved,
    ApproximateNumberOfMessagesToMove: move.toMove,
    ...(move.failure !== undefined && { FailureReason: move.failure }),
    StartedTimestamp: startedAt,
  };
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidParameterValue", reason);
}
