import type { AccessDecision } from "../../../infra/local/iam/access-control.ts";
import type { RequestContext } from "../../../infra/local/iam/condition.ts";
import type { AccessRequest } from "../../../infra/local/iam/evaluate.ts";
import { SECURE } from "../../../infra/local/iam/service-request.ts";
import type { WorkerRole } from "./deployed-policies.ts";
import { OTHER_ACCOUNT } from "./iam/policy-samples.ts";

/** A request that is close to one that is allowed, and must not be. */
export interface NearMiss extends AccessRequest {
  readonly principal: string;
}

type Call = readonly [action: string, resource: string, context?: RequestContext];

const OBJECT_ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
const CONSUMER_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];

/**
 * What a worker's function could try that is its neighbour's, its uploads', or not its business.
 * @param calls what it was allowed
 */
export function nearMissesOfWorker(
  worker: WorkerRole,
  other: WorkerRole,
  calls: readonly AccessDecision[],
): NearMiss[] {
  const principal = calls[0]?.principal ?? "";
  const used = (action: string) => calls.find((call) => call.action === action)?.resource ?? "";
  const [queue, deadLetters, topic] = [used("sqs:ReceiveMessage"), used("sqs:SendMessage"), used("sns:Publish")];
  const otherQueue = queue.replaceAll(worker.name, other.name);
  const misses: Call[] = [
    ...each(["s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging"], `${worker.allUploads}photo.png`),
    ["s3:DeleteBucket", bucketOf(worker.uploads)],
    ["s3:GetObject", worker.uploads.replace(/\/.*/, "-of-others/photo.png")],
    ...each(OBJECT_ACTIONS, `${other.outputs}photo.png/small.png`),
    ...each(OBJECT_ACTIONS, `${worker.outputs.replace(/\/$/, "s/")}photo.png`),
    ...each(["s3:PutObjectAcl", "s3:DeleteObjectVersion"], `${worker.outputs}photo.png`),
    ["s3:PutBucketPolicy", bucketOf(worker.outputs)],
    ...each([...CONSUMER_ACTIONS, "sqs:SendMessage"], otherQueue),
    ...each(CONSUMER_ACTIONS, deadLetters),
    ...each(["sqs:SendMessage", "sqs:PurgeQueue"], queue),
    ["sqs:SendMessage", inOtherAccount(deadLetters)],
    ...each(["sns:Subscribe", "sns:SetTopicAttributes"], topic),
    ["sns:Publish", `${topic}-of-others`],
    ["sns:Publish", inOtherAccount(topic)],
    ["logs:PutLogEvents", used("logs:PutLogEvents").replaceAll(worker.name, other.name)],
    ...missesOfKey(used("kms:Decrypt")),
  ];
  return misses.map(([action, resource, context]) => ({
    principal,
    action,
    resource,
    context: { ...SECURE, ...context },
  }));
}

/** The same calls in clear text. Logs and keys have no policy of their own that asks for TLS. */
export function withoutTls(calls: readonly AccessDecision[]): NearMiss[] {
  return calls
    .filter(({ action }) => /^(s3|sqs|sns):/.test(action))
    .map((call) => ({ ...call, context: { ...call.context, "aws:SecureTransport": "false" } }));
}

/** The same calls of services for others: other sources, other accounts, and services that have no part in it. */
export function forOthers(calls: readonly AccessDecision[]): NearMiss[] {
  return calls.flatMap((call) => {
    const from = (context: RequestContext) => ({ ...call, context: { ...call.context, ...context } });
    const { "aws:SourceArn": source, "aws:SourceAccount": account } = call.context;
    const ofAccount = {
      ...(source !== undefined && { "aws:SourceArn": inOtherAccount(source) }),
      ...(account !== undefined && { "aws:SourceAccount": OTHER_ACCOUNT }),
    };
    return [
      { ...call, principal: "ec2.amazonaws.com" },
      // EventBridge tells KMS neither.
      ...(source === undefined ? [] : [from(ofAccount)]),
      // A key is for all topics of the account; whose messages a queue takes is said by its own policy.
      ...(call.action.startsWith("kms:") ? [] : [from({ "aws:SourceArn": ofOthers(source) })]),
    ];
  });
}

/** A source of the same account with another name: that of an alarm's stack comes first. */
function ofOthers(source: string | undefined): string {
  return source?.includes(":alarm:") ? source.replace(":alarm:", ":alarm:others-") : `${source}-of-others`;
}

function missesOfKey(keyArn: string): Call[] {
  if (keyArn === "") return [];
  const via = { "kms:ViaService": `sqs.${keyArn.split(":")[3]}.amazonaws.com` };
  return [
    ["kms:Decrypt", keyArn],
    ["kms:Decrypt", keyArn, { "kms:ViaService": via["kms:ViaService"].replace("sqs", "dynamodb") }],
    ["kms:Encrypt", keyArn, via],
    ["kms:ScheduleKeyDeletion", keyArn, via],
    ["kms:PutKeyPolicy", keyArn, via],
    ["kms:Decrypt", `${keyArn}0`, via],
  ];
}

function each(actions: readonly string[], resource: string): Call[] {
  return actions.map((action) => [action, resource]);
}

function bucketOf(place: string): string {
  return place.split("/")[0] ?? "";
}

/** A bucket's ARN has none. */
function inOtherAccount(arn: string): string {
  return arn.replace(/:\d{12}:/, `:${OTHER_ACCOUNT}:`);
}
