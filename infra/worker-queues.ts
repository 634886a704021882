import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deliver, type UploadSource } from "./delivery.ts";
import { type EncryptionSettings, queueEncryption } from "./encryption.ts";
import { deadLetterQueuePolicy } from "./policies.ts";

export interface WorkerQueuesArgs {
  readonly source: UploadSource;
  readonly timeoutSeconds: number;
  /** Default: as AWS encrypts without a key of the stack. */
  readonly encryption?: EncryptionSettings;
}

/** AWS asks for at least five, so that messages which were only throttled don't become dead letters. */
export const MAX_RECEIVE_COUNT = 5;

/** AWS asks for six times the function's time, so that a throttled batch is not delivered twice. */
export const VISIBILITY_FACTOR = 6;

const DAY_SECONDS = 24 * 60 * 60;
/** Half of what dead letters get, which keep their first age: there are always as many days to look at them. */
export const RETENTION_SECONDS = 7 * DAY_SECONDS;
/** The longest that SQS offers. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * DAY_SECONDS;

/** How uploads reach a worker: a subscription or rule, its queue, and where what can't be delivered or done is kept. */
export class WorkerQueues extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  /** Uploads that the worker gave up on. */
  readonly deadLetters: aws.sqs.Queue;
  /** Uploads that SNS or EventBridge could not deliver; apart, since SQS moves only its own dead letters back. */
  readonly undelivered: aws.sqs.Queue;
  /** The rule of EventBridge, if that is what tells of uploads. */
  readonly ruleName: pulumi.Output<string> | undefined;

  constructor(name: string, args: WorkerQueuesArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:WorkerQueues", name, {}, options);
    const child = { parent: this };
    const { source, timeoutSeconds, encryption = {} } = args;
    const keptDeadLetters = deadLetterSettings(encryption);

    this.deadLetters = new aws.sqs.Queue(`${name}-dead-letters`, keptDeadLetters, child);
    this.undelivered = new aws.sqs.Queue(`${name}-undelivered`, keptDeadLetters, child);
    this.queue = new aws.sqs.Queue(
      `${name}-uploads`,
      {
        visibilityTimeoutSeconds: VISIBILITY_FACTOR * timeoutSeconds,
        messageRetentionSeconds: RETENTION_SECONDS,
        ...queueEncryption(encryption),
        redrivePolicy: this.deadLetters.arn.apply((arn) =>
          JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: MAX_RECEIVE_COUNT }),
        ),
      },
      child,
    );

    new aws.sqs.QueuePolicy(
      `${name}-dead-letters`,
      { queueUrl: this.deadLetters.url, policy: this.deadLetters.arn.apply(deadLetterQueuePolicy) },
      child,
    );
    this.ruleName = deliver(name, source, this, child);

    this.registerOutputs({
      queueUrl: this.queue.url,
      deadLetterQueueUrl: this.deadLetters.url,
      undeliveredQueueUrl: this.undelivered.url,
    });
  }
}

/** What all queues of dead letters have in common. */
export function deadLetterSettings(encryption: EncryptionSettings): aws.sqs.QueueArgs {
  return { messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS, ...queueEncryption(encryption) };
}
