/**
 * Every permission of the project, with the folder of this name. Pure functions from ARNs to policy documents, as JSON whose order
 * never changes.
 */
import { denyWithoutTls, placeOf, policy } from "./policies/statements.ts";

export { KEY_USES, type KeyUse, keyPolicy } from "./policies/key-policy.ts";
export { type NotifierScope, notifierPolicy } from "./policies/notifier-policy.ts";
export { type WorkerScope, workerPolicy } from "./policies/worker-policy.ts";

/** A bucket that answers nobody without TLS. */
export function bucketPolicy(bucketArn: string): string {
  return policy(denyWithoutTls("s3:*", [bucketArn, `${bucketArn}/*`]));
}

/** A topic to which S3 publishes what happens in one bucket. */
export function uploadsTopicPolicy({ topicArn, bucketArn }: { topicArn: string; bucketArn: string }): string {
  return policy(
    {
      Sid: "PublishFromUploads",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      // A bucket's ARN names no account, and its name may belong to another one tomorrow
      // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html).
      Condition: {
        ArnEquals: { "aws:SourceArn": bucketArn },
        StringEquals: { "aws:SourceAccount": placeOf(topicArn).accountId },
      },
    },
    denyWithoutTls("sns:Publish", topicArn),
  );
}

/** A topic to which only roles of its own account publish. */
export function resultsTopicPolicy(topicArn: string): string {
  return policy(denyWithoutTls("sns:Publish", topicArn));
}

/** A queue to which SNS delivers what is published to one topic. */
export function deliveryQueuePolicy({ queueArn, topicArn }: { queueArn: string; topicArn: string }): string {
  return policy(
    {
      Sid: "DeliverFromTopic",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      // A topic's ARN names its account, and AWS documents no other condition for this call
      // (https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html).
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
    denyWithoutTls("sqs:*", queueArn),
  );
}

/** A queue to which EventBridge delivers what matches one rule. */
export function ruleQueuePolicy({ queueArn, ruleArn }: { queueArn: string; ruleArn: string }): string {
  return policy(
    {
      Sid: "DeliverFromRule",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      // A rule's ARN names its account (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions).
      Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
    },
    denyWithoutTls("sqs:*", queueArn),
  );
}

/** A topic to which CloudWatch publishes alarms of the topic's own account and region whose names start so. */
export function alarmTopicPolicy({ topicArn, alarmPrefix }: { topicArn: string; alarmPrefix: string }): string {
  const { partition, region, accountId } = placeOf(topicArn);
  return policy(
    {
      Sid: "PublishAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#sns-allow-cloudwatch-alarms-to-publish-to-topic-in-another-account
      Condition: {
        ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${alarmPrefix}*` },
        StringEquals: { "aws:SourceAccount": accountId },
      },
    },
    denyWithoutTls("sns:Publish", topicArn),
  );
}

/** A queue that only roles of its own account, and SQS's own redrive, reach. */
export function deadLetterQueuePolicy(queueArn: string): string {
  return policy(denyWithoutTls("sqs:*", queueArn));
}

/**
 * Lambda may act in a worker's role. Without conditions: AWS documents none that it meets when it takes an execution role,
 * and only who may pass the role in this account can make a function use it.
 */
export const WORKER_ROLE_TRUST = policy({
  Sid: "RunFunction",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
});
