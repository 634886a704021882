import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deliveryQueuePolicy, ruleQueuePolicy } from "./policies.ts";
import type { TopicFilter } from "./upload-filter.ts";

/** Who tells a worker of its uploads, and of which. */
export type UploadSource = TopicSource | RuleSource;

export interface TopicSource {
  readonly ingest: "sns";
  readonly topicArn: pulumi.Input<string>;
  /** `undefined` for all uploads. */
  readonly filter: TopicFilter | undefined;
}

export interface RuleSource {
  readonly ingest: "eventbridge";
  /** As JSON. */
  readonly pattern: pulumi.Input<string>;
}

/** The queue of a worker, and where what can't be delivered to it is kept. */
export interface DeliveryQueues {
  readonly queue: aws.sqs.Queue;
  readonly undelivered: aws.sqs.Queue;
}

/** The longest and most often that EventBridge tries (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html). */
const RETRIES = { maximumEventAgeInSeconds: 24 * 60 * 60, maximumRetryAttempts: 185 };

/** Has a worker's queue told of uploads. Returns the name of the rule if EventBridge does. */
export function deliver(
  name: string,
  source: UploadSource,
  queues: DeliveryQueues,
  child: pulumi.ResourceOptions,
): pulumi.Output<string> | undefined {
  if (source.ingest === "eventbridge") return deliverFromRule(name, source, queues, child);
  deliverFromTopic(name, source, queues, child);
  return undefined;
}

function deliverFromTopic(
  name: string,
  { topicArn, filter }: TopicSource,
  { queue, undelivered }: DeliveryQueues,
  child: pulumi.ResourceOptions,
): void {
  const policyOf = (queueArn: pulumi.Output<string>) =>
    pulumi.output({ queueArn, topicArn }).apply(deliveryQueuePolicy);
  const admissions = admit(name, { queue, undelivered }, policyOf, child);
  new aws.sns.TopicSubscription(
    name,
    {
      topic: topicArn,
      protocol: "sqs",
      endpoint: queue.arn,
      rawMessageDelivery: true,
      ...(filter && { filterPolicyScope: "MessageBody", filterPolicy: JSON.stringify(filter) }),
      redrivePolicy: undelivered.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn })),
    },
    // What a queue does not admit is an error of SNS's client, which it does not try again.
    { ...child, dependsOn: admissions },
  );
}

function deliverFromRule(
  name: string,
  { pattern }: RuleSource,
  { queue, undelivered }: DeliveryQueues,
  child: pulumi.ResourceOptions,
): pulumi.Output<string> {
  const rule = new aws.cloudwatch.EventRule(
    name,
    { description: `Uploads for the worker ${name}.`, eventPattern: pattern },
    child,
  );
  const policyOf = (queueArn: pulumi.Output<string>) =>
    pulumi.output({ queueArn, ruleArn: rule.arn }).apply(ruleQueuePolicy);
  const admissions = admit(name, { queue, undelivered }, policyOf, child);
  new aws.cloudwatch.EventTarget(
    name,
    { rule: rule.name, arn: queue.arn, retryPolicy: RETRIES, deadLetterConfig: { arn: undelivered.arn } },
    // EventBridge does not try again what a queue does not admit.
    { ...child, dependsOn: admissions },
  );
  return rule.name;
}

/** Lets a service send to both queues. */
function admit(
  name: string,
  { queue, undelivered }: DeliveryQueues,
  policyOf: (queueArn: pulumi.Output<string>) => pulumi.Output<string>,
  child: pulumi.ResourceOptions,
): aws.sqs.QueuePolicy[] {
  return Object.entries({ uploads: queue, undelivered }).map(
    ([which, { url, arn }]) =>
      new aws.sqs.QueuePolicy(`${name}-${which}`, { queueUrl: url, policy: policyOf(arn) }, child),
  );
}
