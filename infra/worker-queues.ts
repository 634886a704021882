import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deliver, type UploadSource } from "./delivery.ts";
import type { EncryptionSettings } from "./encryption.ts";
import { deadLetterSettings, queueWithDeadLetters, SPARE_RECEIVES } from "./queue-with-dead-letters.ts";

export interface WorkerQueuesArgs {
  readonly source: UploadSource;
  readonly timeoutSeconds: number;
  /** Default: as AWS encrypts without a key of the stack. */
  readonly encryption?: EncryptionSettings;
}

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

    const { queue, deadLetters } = queueWithDeadLetters(
      {
        name: `${name}-uploads`,
        deadLettersName: `${name}-dead-letters`,
        timeoutSeconds,
        spareReceives: SPARE_RECEIVES,
        encryption,
      },
      child,
    );
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.undelivered = new aws.sqs.Queue(`${name}-undelivered`, deadLetterSettings(encryption), child);
    this.ruleName = deliver(name, source, this, child);

    this.registerOutputs({
      queueUrl: this.queue.url,
      deadLetterQueueUrl: this.deadLetters.url,
      undeliveredQueueUrl: this.undelivered.url,
    });
  }
}
