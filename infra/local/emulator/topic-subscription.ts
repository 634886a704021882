import { AwsError } from "./aws-error.ts";
import {
  attributesPass,
  bodyPasses,
  type FilterPolicy,
  type FilterPolicyScope,
  readFilterPolicy,
} from "./filter-policy.ts";
import { checkFilterPolicyLimits } from "./filter-policy-limits.ts";
import { isObject, parseJson } from "./json.ts";
import type { TopicMessage } from "./topic-envelope.ts";

export type SubscriptionRequest = QueueSubscription | MailSubscription;

interface Subscribing {
  readonly topicArn: string;
  /** JSON, as in AWS's API. */
  readonly filterPolicy?: string | undefined;
  readonly filterPolicyScope?: FilterPolicyScope | undefined;
}

export interface QueueSubscription extends Subscribing {
  readonly queueArn: string;
  readonly rawMessageDelivery?: boolean | undefined;
  /** JSON: `{"deadLetterTargetArn": "..."}`. */
  readonly redrivePolicy?: string | undefined;
}

/** Confirmed from the start: there is nobody here to follow a link. */
interface MailSubscription extends Subscribing {
  readonly address: string;
}

/** The filter of a subscription that has one. Throws what SNS answers to one that it refuses. */
export function readFilter({ filterPolicy, filterPolicyScope = "MessageAttributes" }: SubscriptionRequest) {
  if (filterPolicy === undefined) return undefined;
  const policy = readFilterPolicy(filterPolicy, filterPolicyScope);
  checkFilterPolicyLimits(policy, filterPolicy);
  return policy;
}

/** By which a topic tells its subscriptions apart. */
export function endpointOf(request: SubscriptionRequest): string {
  return "address" in request ? request.address : request.queueArn;
}

/** Throws what SNS answers to endpoints that are none. */
export function checkEndpoint(request: SubscriptionRequest): void {
  if ("address" in request) {
    if (/^[^\s@]+@[^\s@]+$/.test(request.address)) return;
    throw new AwsError("InvalidParameter", "Invalid parameter: Email address");
  }
  readQueueArn("SQS endpoint ARN", request.queueArn);
  readDeadLetterArn(request.redrivePolicy);
}

export function readDeadLetterArn(redrivePolicy: string | undefined): string | undefined {
  if (redrivePolicy === undefined) return undefined;
  const policy = parseJson(redrivePolicy);
  const arn = isObject(policy) ? String(policy.deadLetterTargetArn) : redrivePolicy;
  return readQueueArn("RedrivePolicy: deadLetterTargetArn", arn);
}

function readQueueArn(what: string, arn: string): string {
  if (/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(arn)) return arn;
  throw new AwsError("InvalidParameter", `Invalid parameter: ${what} is an invalid arn: ${arn}`);
}

/** Whether two requests for one endpoint ask for the same. */
export function isSame(one: object, other: object): boolean {
  const [first, second] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return ["filterPolicy", "filterPolicyScope", "rawMessageDelivery", "redrivePolicy"].every(
    (key) => first.get(key) === second.get(key),
  );
}

/** Whether a subscription gets a message. */
export function lets(
  filter: FilterPolicy | undefined,
  { filterPolicyScope }: SubscriptionRequest,
  message: TopicMessage,
) {
  if (filter === undefined) return true;
  if (filterPolicyScope === "MessageBody") return bodyPasses(filter, message.message);
  return attributesPass(filter, message.attributes ?? {});
}
