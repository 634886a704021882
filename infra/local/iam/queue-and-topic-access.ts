import { isObject, parseJson } from "../emulator/json.ts";
import { queueName } from "../queue-name.ts";
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
  const { DestinationArn } = parameters;
  const resource = queueOf(call, parameters, place);
  const on = (action: string, arn: string): AccessRequest => ({ action, resource: arn, context: SECURE });
  const needed = on(`sqs:${single(call)}`, resource);
  if (call !== "StartMessageMoveTask") return [needed];
  const sending = typeof DestinationArn === "string" ? [on("sqs:SendMessage", DestinationArn)] : [];
  return [needed, ...MOVING.map((action) => on(action, resource)), ...sending];
}

/** The queue that a call acts on. Its other parameters may name queues too, but decide nothing. */
function queueOf(call: string, { QueueUrl, QueueName, SourceArn, TaskHandle }: Parameters, place: Place): string {
  switch (call) {
    case "ListQueues":
      return "*";
    case "CreateQueue":
    case "GetQueueUrl":
      return arnOf("sqs", QueueName, place);
    case "StartMessageMoveTask":
    case "ListMessageMoveTasks":
      return typeof SourceArn === "string" ? SourceArn : "*";
    case "CancelMessageMoveTask":
      return sourceOfTask(TaskHandle);
    default:
      return arnOf("sqs", typeof QueueUrl === "string" ? queueName(QueueUrl) : undefined, place);
  }
}

/** A handle that names another source than its task's is no task's handle. */
function sourceOfTask(handle: unknown): string {
  const task = parseJson(Buffer.from(String(handle), "base64").toString());
  return isObject(task) && typeof task.sourceArn === "string" ? task.sourceArn : "*";
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
