import type { RequestContext } from "./condition.ts";
import type { AccessRequest } from "./evaluate.ts";
import type { Service } from "./principal.ts";

/** What one service of AWS asks of another. */
export interface ServiceRequest extends AccessRequest {
  readonly principal: Service;
}

/** Nothing leaves this machine, so that no call is less private than TLS would make it; policies that insist on TLS let it pass. */
export const SECURE: RequestContext = { "aws:SecureTransport": "true" };

/** S3 tells a topic what happened in a bucket. */
export function publishFromBucket(bucket: string, topicArn: string, accountId: string): ServiceRequest {
  return {
    principal: { kind: "service", name: "s3.amazonaws.com" },
    action: "sns:Publish",
    resource: topicArn,
    context: { ...SECURE, "aws:SourceArn": `arn:aws:s3:::${bucket}`, "aws:SourceAccount": accountId },
  };
}

/** SNS delivers what was published to a topic, or what it could not deliver. */
export function sendFromTopic(topicArn: string, queueArn: string): ServiceRequest {
  return {
    principal: { kind: "service", name: "sns.amazonaws.com" },
    action: "sqs:SendMessage",
    resource: queueArn,
    context: { ...SECURE, "aws:SourceArn": topicArn, "aws:SourceAccount": topicArn.split(":")[4] ?? "" },
  };
}

/**
 * EventBridge delivers an event that a rule matches, or what it could not deliver. AWS documents no other key of this call than the
 * rule's ARN (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions).
 */
export function sendFromRule(ruleArn: string, queueArn: string): ServiceRequest {
  return {
    principal: { kind: "service", name: "events.amazonaws.com" },
    action: "sqs:SendMessage",
    resource: queueArn,
    context: { ...SECURE, "aws:SourceArn": ruleArn },
  };
}

/** Lambda takes a role for its functions. */
export function takeRoleForLambda(roleArn: string, accountId: string): ServiceRequest {
  return {
    principal: { kind: "service", name: "lambda.amazonaws.com" },
    action: "sts:AssumeRole",
    resource: roleArn,
    context: { ...SECURE, "aws:SourceAccount": accountId },
  };
}

/** CloudWatch tells a topic that an alarm went on or off. */
export function publishFromAlarm(alarmArn: string, topicArn: string): ServiceRequest {
  return {
    principal: { kind: "service", name: "cloudwatch.amazonaws.com" },
    action: "sns:Publish",
    resource: topicArn,
    context: { ...SECURE, "aws:SourceArn": alarmArn, "aws:SourceAccount": alarmArn.split(":")[4] ?? "" },
  };
}
