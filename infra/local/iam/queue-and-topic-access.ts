import type { AccessRequest } from "./evaluate.ts";
import { SECURE } from "./service-request.ts";

/** Where ARNs of queues and topics are. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

type Parameters = Readonly<Record<string, unknown>>;

/** What SQS does in the name of whoever has a dead-letter queue moved (…/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html). */
const MOVING: readonly string[] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/**
 * What a call of SQS needs: batches have the permissions of single calls
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html).
 * @param call as in its target: `SendMessageBatch`
 */
export function queueAccessOf(call: string, parameters: Parameters, place: Place): AccessRequest[] {
  const { QueueUrl, QueueName, SourceArn, DestinationArn } = parameters;
  const name = typeof QueueUrl === "string" ? lastPart(QueueUrl) : QueueName;
  const resource = typeof SourceArn === "string" ? SourceArn : arnOf("sqs", name, place);
  const on = (action: string, arn: string): AccessRequest => ({ action, resource: arn, context: SECURE });
  const needed = on(`sqs:${single(call)}`, resource);
  if (call !== "StartMessageMoveTask") return [needed];
  const sending = typeof DestinationArn === "string" ? [on("sqs:SendMessage", DestinationArn)] : [];
  return [needed, ...MOVING.map((action) => on(action, resource)), ...sending];
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
