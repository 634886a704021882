import type { AccessRequest } from "../../../../infra/local/iam/evaluate.ts";
import {
  publishFromBucket,
  SECURE,
  type ServiceRequest,
  sendFromTopic,
} from "../../../../infra/local/iam/service-request.ts";
import {
  ALARMS_TOPIC,
  type DecidedRequest,
  KEY,
  policyOn,
  RULE,
  RULE_QUEUE,
  SCOPE,
  UPLOADS_TOPIC,
} from "./decided-request.ts";
import { ACCOUNT, arn, OTHER_ACCOUNT } from "./policy-samples.ts";

/** What a service of AWS asks of a key, or sends, with what it tells of its source. */
function byService(service: string, action: string, resource: string, source: AccessRequest["context"] = {}) {
  const principal = { kind: "service" as const, name: `${service}.amazonaws.com` };
  return { principal, action, resource, context: { ...SECURE, ...source } };
}

function ofService({ principal, ...request }: ServiceRequest, allowed: boolean): DecidedRequest {
  return { principal, request, ...policyOn(request.resource), allowed };
}

const delivery = sendFromTopic(UPLOADS_TOPIC, SCOPE.queueArn);
const notice = publishFromBucket("uploads", UPLOADS_TOPIC, ACCOUNT);
const fromAccount = <Request extends AccessRequest>(request: Request, accountId: string) => ({
  ...request,
  context: { ...request.context, "aws:SourceAccount": accountId },
});

export const REQUESTS_OF_SERVICES: readonly DecidedRequest[] = [
  ofService(delivery, true),
  ofService(sendFromTopic(SCOPE.resultsTopicArn, SCOPE.queueArn), false),
  ofService(sendFromTopic(arn("sns", "uploads", OTHER_ACCOUNT), SCOPE.queueArn), false),
  ofService(sendFromTopic(UPLOADS_TOPIC, SCOPE.deadLetterQueueArn), false),
  ofService({ ...delivery, action: "sqs:ReceiveMessage" }, false),
  ofService({ ...delivery, principal: notice.principal }, false),
  ofService({ ...delivery, context: { ...delivery.context, "aws:SecureTransport": "false" } }, false),
  ofService({ ...delivery, context: SECURE }, false),
  ofService(notice, true),
  ofService(publishFromBucket("outputs", UPLOADS_TOPIC, ACCOUNT), false),
  ofService(publishFromBucket("uploads-of-others", UPLOADS_TOPIC, ACCOUNT), false),
  ofService(fromAccount(notice, OTHER_ACCOUNT), false),
  ofService(publishFromBucket("uploads", SCOPE.resultsTopicArn, ACCOUNT), false),
  ofService({ ...notice, principal: delivery.principal }, false),
  ofService(byService("events", "sqs:SendMessage", RULE_QUEUE, { "aws:SourceArn": RULE }), true),
  ofService(byService("events", "sqs:SendMessage", RULE_QUEUE, { "aws:SourceArn": `${RULE}s` }), false),
  ofService(
    byService("events", "sqs:SendMessage", RULE_QUEUE, { "aws:SourceArn": arn("events", "rule/a", OTHER_ACCOUNT) }),
    false,
  ),
  ofService(byService("events", "sqs:SendMessage", RULE_QUEUE), false),
  ofService(byService("scheduler", "sqs:SendMessage", RULE_QUEUE, { "aws:SourceArn": RULE }), false),
  ofService(byService("cloudwatch", "sns:Publish", ALARMS_TOPIC, alarmOf(ACCOUNT)), true),
  ofService(byService("cloudwatch", "sns:Publish", ALARMS_TOPIC, alarmOf(OTHER_ACCOUNT)), false),
  ofService(byService("cloudwatch", "sns:Publish", SCOPE.resultsTopicArn, alarmOf(ACCOUNT)), false),
  ofService(byService("s3", "sns:Publish", ALARMS_TOPIC, alarmOf(ACCOUNT)), false),
  ...["kms:GenerateDataKey", "kms:Decrypt"].flatMap((action) => [
    ofService(byService("s3", action, KEY, { "aws:SourceAccount": ACCOUNT }), true),
    ofService(byService("s3", action, KEY, { "aws:SourceAccount": OTHER_ACCOUNT }), false),
    ofService(byService("s3", action, KEY), false),
    ofService(byService("sns", action, KEY, { "aws:SourceArn": UPLOADS_TOPIC }), true),
    ofService(byService("sns", action, KEY, { "aws:SourceArn": arn("sns", "uploads", OTHER_ACCOUNT) }), false),
    ofService(byService("sns", action, KEY), false),
    ofService(byService("events", action, KEY), true),
    ofService(byService("cloudwatch", action, KEY, alarmOf(ACCOUNT)), true),
    ofService(byService("cloudwatch", action, KEY, alarmOf(OTHER_ACCOUNT)), false),
    ofService(byService("ec2", action, KEY, { "aws:SourceAccount": ACCOUNT }), false),
  ]),
  ofService(byService("s3", "kms:ScheduleKeyDeletion", KEY, { "aws:SourceAccount": ACCOUNT }), false),
];

function alarmOf(accountId: string): AccessRequest["context"] {
  return { "aws:SourceArn": arn("cloudwatch", "alarm:dead letters", accountId), "aws:SourceAccount": accountId };
}
