import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EncryptionSettings } from "../encryption.ts";
import { deliveryQueuePolicy } from "../policies.ts";
import { queueWithDeadLetters } from "../queue-with-dead-letters.ts";

export interface NotifierQueuesArgs {
  readonly topicArn: pulumi.Input<string>;
  /** On message attributes. */
  readonly filterPolicy: object;
  readonly timeoutSeconds: number;
  readonly windowSeconds: number;
  readonly encryption: EncryptionSettings;
}

/**
 * How failures reach the notifier. What SNS could not deliver is not kept: a failed upload is in its worker's dead-letter
 * queue however its mail fares.
 */
export class NotifierQueues extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;

  constructor(name: string, args: NotifierQueuesArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:NotifierQueues", name, {}, options);
    const child = { parent: this };
    const { topicArn, filterPolicy, timeoutSeconds, windowSeconds, encryption } = args;

    const { queue, deadLetters } = queueWithDeadLetters(
      { name, deadLettersName: `${name}-dead-letters`, timeoutSeconds, windowSeconds, encryption },
      child,
    );
    this.queue = queue;
    this.deadLetters = deadLetters;
    const admission = new aws.sqs.QueuePolicy(
      name,
      {
        queueUrl: this.queue.url,
        policy: pulumi.output({ queueArn: this.queue.arn, topicArn }).apply(deliveryQueuePolicy),
      },
      child,
    );
    new aws.sns.TopicSubscription(
      name,
      {
        topic: topicArn,
        protocol: "sqs",
        endpoint: this.queue.arn,
        rawMessageDelivery: true,
        filterPolicyScope: "MessageAttributes",
        filterPolicy: JSON.stringify(filterPolicy),
      },
      // What a queue does not admit is an error of SNS's client, which it does not try again.
      { ...child, dependsOn: [admission] },
    );

    this.registerOutputs({ queueUrl: this.queue.url, deadLetterQueueUrl: this.deadLetters.url });
  }
}
