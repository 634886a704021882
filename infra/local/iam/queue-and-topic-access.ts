import type { AccessRequest } from "./evaluate.ts";
import { SECURE } from "./service-request.ts";

/** Where ARNs of queues and topics are. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

type Parameters = Readonly<Record<string, unknown>>;

/**
 * What a call of SQS needs: batches have the permissions of single calls
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html).
 * @param call as in its target: `SendMessageBatch`
 */
export function queueAccessOf(call: string, { QueueUrl, QueueName }: Parameters, place: Place): AccessRequest {
  const name = typeof QueueUrl === "string" ? lastPart(QueueUrl) : QueueName;
  return { action: `sqs:${single(call)}`, resource: arnOf("sqs", name, place), context: SECURE };
}

/**
 * What a call of SNS needs (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html).
 * @param call its action: `Publish`
 */
export function topicAccessOf(call: string, parameters: Parameters, place: Place): AccessRequest {
  const { TopicArn = parameters.TargetArn, Name } = parameters;
  const resource = typeof TopicArn === "string" ? TopicArn : arnOf("sns", Name, place);
  return { action: `sns:${single(call)}`, resource, context: SECURE };
}

function single(call: string): string {
  return call.replace(/Batch$/, "");
}

/** Calls that are on none, as ListQueues, are on all. */
function arnOf(service: string, name: unknown, { region, accountId }: Place): string {
  return typeof name === "string" ? `arn:aws:${service}:${region}:${accountId}:${name}` : "*";
}

function lastPart(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
