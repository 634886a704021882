import type { AccessRequest } from "../../../../infra/local/iam/evaluate.ts";
import type { Principal } from "../../../../infra/local/iam/principal.ts";
import { publishFromBucket, SECURE, sendFromTopic } from "../../../../infra/local/iam/service-request.ts";
import {
  bucketPolicy,
  deadLetterQueuePolicy,
  deliveryQueuePolicy,
  resultsTopicPolicy,
  uploadsTopicPolicy,
  workerPolicy,
} from "../../../../infra/policies.ts";
import { MAIL_AND_ALARM_REQUESTS } from "./mail-and-alarm-requests.ts";
import { ACCOUNT, arn, OTHER_ACCOUNT, scopeOf } from "./policy-samples.ts";

/** A request, the policies of this project that decide on it, and what they should say. */
export interface DecidedRequest {
  readonly principal: Principal;
  readonly request: AccessRequest;
  readonly identityPolicy?: string;
  readonly resourcePolicy?: string;
  readonly allowed: boolean;
}

const WORKER = "thumbnail";
const SCOPE = scopeOf(WORKER);
const OTHER = scopeOf("pixelate");
const UPLOADS_TOPIC = arn("sns", "uploads");
const ROLE: Principal = { kind: "role", roleArn: `arn:aws:iam::${ACCOUNT}:role/${WORKER}`, sessionName: WORKER };

const object = (bucketArn: string, key: string) => `${bucketArn}/${key}`;
const stream = (logGroupArn: string) => `${logGroupArn}:log-stream:2026/11/30/[$LATEST]0123456789abcdef`;

const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  [SCOPE.uploadsBucketArn]: bucketPolicy(SCOPE.uploadsBucketArn),
  [SCOPE.outputsBucketArn]: bucketPolicy(SCOPE.outputsBucketArn),
  [UPLOADS_TOPIC]: uploadsTopicPolicy({ topicArn: UPLOADS_TOPIC, bucketArn: SCOPE.uploadsBucketArn }),
  [SCOPE.resultsTopicArn]: resultsTopicPolicy(SCOPE.resultsTopicArn),
  [SCOPE.queueArn]: deliveryQueuePolicy({ queueArn: SCOPE.queueArn, topicArn: UPLOADS_TOPIC }),
  [SCOPE.deadLetterQueueArn]: deadLetterQueuePolicy(SCOPE.deadLetterQueueArn),
};

type WorkerCase = readonly [action: string, resource: string, context?: AccessRequest["context"]];

/** Everything that a worker does. */
const NEEDED: readonly WorkerCase[] = [
  ["s3:GetObject", object(SCOPE.uploadsBucketArn, "cats/tom (1).jpg")],
  ["s3:ListBucket", SCOPE.uploadsBucketArn, { "s3:prefix": "cats/tom.jpg" }],
  ["s3:ListBucket", SCOPE.uploadsBucketArn],
  ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].map(
    (action): WorkerCase => [action, object(SCOPE.outputsBucketArn, `${WORKER}/cats/tom.jpg/small.jpg`)],
  ),
  ["s3:ListBucket", SCOPE.outputsBucketArn, { "s3:prefix": `${WORKER}/cats/tom.jpg/small.jpg` }],
  ...["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"].map(
    (action): WorkerCase => [`sqs:${action}`, SCOPE.queueArn],
  ),
  ["sqs:SendMessage", SCOPE.deadLetterQueueArn],
  ["sns:Publish", SCOPE.resultsTopicArn],
  ["logs:CreateLogStream", stream(SCOPE.logGroupArn)],
  ["logs:PutLogEvents", stream(SCOPE.logGroupArn)],
];

/** What is close to it, and not for this worker. */
const NOT_NEEDED: readonly WorkerCase[] = [
  ["s3:PutObject", object(SCOPE.uploadsBucketArn, "cats/tom.jpg")],
  ["s3:DeleteObject", object(SCOPE.uploadsBucketArn, "cats/tom.jpg")],
  ["s3:GetObjectVersion", object(SCOPE.uploadsBucketArn, "cats/tom.jpg")],
  ["s3:GetObject", object("arn:aws:s3:::uploads-of-others", "cats/tom.jpg")],
  ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].flatMap((action): WorkerCase[] => [
    [action, object(SCOPE.outputsBucketArn, "pixelate/cats/tom.jpg/8x8.jpg")],
    [action, object(SCOPE.outputsBucketArn, `${WORKER}s/cats/tom.jpg`)],
    [action, object(SCOPE.outputsBucketArn, `a/${WORKER}/cats/tom.jpg`)],
  ]),
  ["s3:ListBucket", "arn:aws:s3:::outputs-of-others", { "s3:prefix": `${WORKER}/cats/tom.jpg/small.jpg` }],
  ["s3:DeleteBucket", SCOPE.outputsBucketArn],
  ["s3:PutBucketPolicy", SCOPE.outputsBucketArn],
  ...["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"].flatMap(
    (action): WorkerCase[] => [
      [`sqs:${action}`, OTHER.queueArn],
      [`sqs:${action}`, SCOPE.deadLetterQueueArn],
    ],
  ),
  ["sqs:SendMessage", SCOPE.queueArn],
  ["sqs:SendMessage", OTHER.deadLetterQueueArn],
  ["sqs:SendMessage", arn("sqs", `${WORKER}-dead-letters`, OTHER_ACCOUNT)],
  ["sqs:PurgeQueue", SCOPE.queueArn],
  ["sns:Publish", UPLOADS_TOPIC],
  ["sns:Publish", arn("sns", "results", OTHER_ACCOUNT)],
  ["sns:Subscribe", SCOPE.resultsTopicArn],
  ["logs:CreateLogStream", stream(OTHER.logGroupArn)],
  ["logs:PutLogEvents", stream(OTHER.logGroupArn)],
  ["logs:PutLogEvents", stream(`${SCOPE.logGroupArn}s`)],
];

function ofWorker([action, resource, context = {}]: WorkerCase, allowed: boolean, secure = "true"): DecidedRequest {
  const request = { action, resource, context: { ...SECURE, ...context, "aws:SecureTransport": secure } };
  return { principal: ROLE, request, identityPolicy: workerPolicy(SCOPE), ...policyOn(resource), allowed };
}

function ofService({ principal, ...request }: ReturnType<typeof sendFromTopic>, allowed: boolean): DecidedRequest {
  return { principal, request, ...policyOn(request.resource), allowed };
}

function policyOn(resource: string) {
  const holder = resource.startsWith("arn:aws:s3") ? (resource.split("/")[0] ?? "") : resource;
  const resourcePolicy = RESOURCE_POLICIES[holder];
  return resourcePolicy === undefined ? {} : { resourcePolicy };
}

const delivery = sendFromTopic(UPLOADS_TOPIC, SCOPE.queueArn);
const notice = publishFromBucket("uploads", UPLOADS_TOPIC, ACCOUNT);
const fromAccount = <Request extends AccessRequest>(request: Request, accountId: string) => ({
  ...request,
  context: { ...request.context, "aws:SourceAccount": accountId },
});

export const DECIDED_REQUESTS: readonly DecidedRequest[] = [
  ...NEEDED.map((needed) => ofWorker(needed, true)),
  ...NOT_NEEDED.map((other) => ofWorker(other, false)),
  // Logs have no policy of their own that asks for TLS.
  ...NEEDED.filter(([action]) => !action.startsWith("logs:")).map((needed) => ofWorker(needed, false, "false")),
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
  ...MAIL_AND_ALARM_REQUESTS,
];
