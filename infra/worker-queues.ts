import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterQueuePolicy, deliveryQueuePolicy } from "./policies.ts";
import type { UploadFilter } from "./upload-filter.ts";

export interface WorkerQueuesArgs {
  readonly topicArn: pulumi.Input<string>;
  readonly filter: UploadFilter;
  readonly timeoutSeconds: number;
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

/** How uploads reach a worker: a subscription, its queue, and where what can't be delivered or done is kept. */
export class WorkerQueues extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  /** Uploads that the worker gave up on. */
  readonly deadLetters: aws.sqs.Queue;
  /** Uploads that SNS could not deliver; apart, since SQS moves only its own dead letters back. */
  readonly undelivered: aws.sqs.Queue;

  constructor(name: string, args: WorkerQueuesArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:WorkerQueues", name, {}, options);
    const child = { parent: this };
    const { topicArn, filter, timeoutSeconds } = args;

    this.deadLetters = new aws.sqs.Queue(`${name}-dead-letters`, DEAD_LETTERS, child);
    this.undelivered = new aws.sqs.Queue(`${name}-undelivered`, DEAD_LETTERS, child);
    this.queue = new aws.sqs.Queue(
      `${name}-uploads`,
      {
        visibilityTimeoutSeconds: VISIBILITY_FACTOR * timeoutSeconds,
        messageRetentionSeconds: RETENTION_SECONDS,
        sqsManagedSseEnabled: true,
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
    const admit = (queueName: string, queue: aws.sqs.Queue) =>
      new aws.sqs.QueuePolicy(
        queueName,
        { queueUrl: queue.url, policy: pulumi.output({ queueArn: queue.arn, topicArn }).apply(deliveryQueuePolicy) },
        child,
      );
    const admissions = [admit(`${name}-uploads`, this.queue), admit(`${name}-undelivered`, this.undelivered)];

    new aws.sns.TopicSubscription(
      name,
      {
        topic: topicArn,
        protocol: "sqs",
        endpoint: this.queue.arn,
        rawMessageDelivery: true,
        filterPolicyScope: "MessageBody",
        filterPolicy: JSON.stringify(filter),
        redrivePolicy: this.undelivered.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn })),
      },
      // What a queue does not admit is an error of SNS's client, which it does not try again.
      { ...child, dependsOn: admissions },
    );

    this.registerOutputs({
      queueUrl: this.queue.url,
      deadLetterQueueUrl: this.deadLetters.url,
      undeliveredQueueUrl: this.undelivered.url,
    });
  }
}

/** What all queues of dead letters have in common. */
export const DEAD_LETTERS: aws.sqs.QueueArgs = {
  messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
  sqsManagedSseEnabled: true,
};
