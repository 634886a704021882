import type { AccessRequest } from "../../../../infra/local/iam/evaluate.ts";
import { SECURE } from "../../../../infra/local/iam/service-request.ts";
import { type WorkerScope, workerPolicy } from "../../../../infra/policies.ts";
import { type DecidedRequest, KEY, policyOn, ROLE, SCOPE, UPLOADS_TOPIC, WORKER } from "./decided-request.ts";
import { arn, OTHER_ACCOUNT, scopeOf } from "./policy-samples.ts";

const OTHER = scopeOf("pixelate");

const object = (bucketArn: string, key: string) => `${bucketArn}/${key}`;
const stream = (logGroupArn: string) => `${logGroupArn}:log-stream:2026/11/30/[$LATEST]0123456789abcdef`;

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

/** A worker of one bucket that tags what it makes, in a stack with a key. */
const SHARED: WorkerScope = {
  ...SCOPE,
  outputsBucketArn: SCOPE.uploadsBucketArn,
  allUploadsPrefix: "in/",
  uploadsPrefix: "in/cats/",
  outputsPrefix: `out/${WORKER}/`,
  tagsOutputs: true,
  keyArn: KEY,
};
const VIA_S3 = { "kms:ViaService": "s3.us-east-1.amazonaws.com" };

const NEEDED_OF_SHARED: readonly WorkerCase[] = [
  ["s3:GetObject", object(SHARED.uploadsBucketArn, "in/cats/tom.jpg")],
  ...["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"].map(
    (action): WorkerCase => [action, object(SHARED.outputsBucketArn, `out/${WORKER}/cats/tom.jpg/small.jpg`)],
  ),
  ["s3:ListBucket", SHARED.uploadsBucketArn, { "s3:prefix": "in/cats/tom.jpg" }],
  ["kms:Decrypt", KEY, VIA_S3],
  ["kms:GenerateDataKey", KEY, VIA_S3],
  ["kms:GenerateDataKey", KEY, { "kms:ViaService": "sns.us-east-1.amazonaws.com" }],
  ["kms:Decrypt", KEY, { "kms:ViaService": "sqs.us-east-1.amazonaws.com" }],
];

const NOT_NEEDED_OF_SHARED: readonly WorkerCase[] = [
  ...["s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"].flatMap((action): WorkerCase[] =>
    ["in/cats/tom.jpg", "in/dogs/rex.jpg", "in/", `in/out/${WORKER}/a`, "out/pixelate/a", `out/${WORKER}s/a`, "a"].map(
      (key) => [action, object(SHARED.uploadsBucketArn, key)],
    ),
  ),
  ...["in/dogs/rex.jpg", "in/cat", "out/pixelate/a", "a"].map(
    (key): WorkerCase => ["s3:GetObject", object(SHARED.uploadsBucketArn, key)],
  ),
  ["kms:Decrypt", KEY],
  ["kms:Decrypt", KEY, { "kms:ViaService": "s3.eu-west-1.amazonaws.com" }],
  ["kms:Decrypt", KEY, { "kms:ViaService": "dynamodb.us-east-1.amazonaws.com" }],
  ["kms:Decrypt", arn("kms", "key/another"), VIA_S3],
  ["kms:Encrypt", KEY, VIA_S3],
  ["kms:CreateGrant", KEY, VIA_S3],
  ["kms:PutKeyPolicy", KEY, VIA_S3],
];

function ofWorker(
  [action, resource, context = {}]: WorkerCase,
  allowed: boolean,
  { secure = "true", scope = SCOPE } = {},
): DecidedRequest {
  const request = { action, resource, context: { ...SECURE, ...context, "aws:SecureTransport": secure } };
  return { principal: ROLE, request, identityPolicy: workerPolicy(scope), ...policyOn(resource), allowed };
}

export const REQUESTS_OF_WORKERS: readonly DecidedRequest[] = [
  ...NEEDED.map((needed) => ofWorker(needed, true)),
  ...NOT_NEEDED.map((other) => ofWorker(other, false)),
  // Logs have no policy of their own that asks for TLS.
  ...NEEDED.filter(([action]) => !action.startsWith("logs:")).map((needed) =>
    ofWorker(needed, false, { secure: "false" }),
  ),
  ...NEEDED_OF_SHARED.map((needed) => ofWorker(needed, true, { scope: SHARED })),
  ...NOT_NEEDED_OF_SHARED.map((other) => ofWorker(other, false, { scope: SHARED })),
];
