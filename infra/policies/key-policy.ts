import { type ArnPlace, type Conditions, placeOf, policy, type Statement } from "./statements.ts";

/**
 * What services of AWS do with a stack's key: S3 publishes notifications to an encrypted topic, SNS delivers to encrypted
 * queues, EventBridge sends events to them, and CloudWatch publishes alarms.
 */
export const KEY_USES = ["notifications", "deliveries", "events", "alarms"] as const;
export type KeyUse = (typeof KEY_USES)[number];

interface Rule {
  readonly sid: string;
  readonly service: string;
  /** Whose doings a service may use the key for; without it the key's account is not asked for. */
  readonly condition?: (place: ArnPlace) => Conditions;
}

/**
 * Each service's sources can only be narrowed down to the account: exact ARNs of topics would have to be known before the
 * key that these topics are made with. Which of them reach which queue or topic is decided by the queue's or topic's own policy.
 */
const RULES: Readonly<Record<KeyUse, Rule>> = {
  // A bucket's ARN names no account (https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html).
  notifications: {
    sid: "PublishNotifications",
    service: "s3.amazonaws.com",
    condition: ({ accountId }) => ({ StringEquals: { "aws:SourceAccount": accountId } }),
  },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
  deliveries: {
    sid: "DeliverToQueues",
    service: "sns.amazonaws.com",
    condition: ({ partition, region, accountId }) => ({
      ArnLike: { "aws:SourceArn": `arn:${partition}:sns:${region}:${accountId}:*` },
    }),
  },
  // Without conditions: AWS says of encrypted topics that EventBridge sends none of the source's keys, and nothing else of queues
  // (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services).
  events: { sid: "SendEvents", service: "events.amazonaws.com" },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
  alarms: {
    sid: "PublishAlarms",
    service: "cloudwatch.amazonaws.com",
    condition: ({ partition, region, accountId }) => ({
      ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*` },
      StringEquals: { "aws:SourceAccount": accountId },
    }),
  },
};

/** Who may use a key of the key's own account, and what for: its account by IAM policies, services by these uses alone. */
export function keyPolicy(keyArn: string, uses: readonly KeyUse[]): string {
  const place = placeOf(keyArn);
  return policy(administration(place), ...uses.map((use) => serviceStatement(RULES[use], place)));
}

/** What a key policy adds for one use by a service. */
function serviceStatement({ sid, service, condition }: Rule, place: ArnPlace): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    // Of the producer of an encrypted queue's or topic's messages (…/SQSDeveloperGuide/sqs-key-management.html).
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    // In a key policy this is the key itself.
    Resource: "*",
    ...(condition && { Condition: condition(place) }),
  };
}

/**
 * AWS's own default statement, word for word: it gives nobody but the account's root user anything, and leaves the rest to IAM
 * policies, those of the workers' roles among them. The only wildcard of the project's grants, since a list of actions would keep
 * administrators from those that it misses, and a key without it can become one that nobody can manage
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam).
 */
function administration({ partition, accountId }: ArnPlace): Statement {
  return {
    Sid: "EnableIamPolicies",
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}
