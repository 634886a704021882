import { randomUUID } from "node:crypto";
import { AwsError, notImplemented } from "./aws-error.ts";
import type { FilterPolicy } from "./filter-policy.ts";
import type { MailBox } from "./mail-box.ts";
import { ACCOUNT_ID, type Queues } from "./queues.ts";
import type { DeliveryRules } from "./service-sender.ts";
import { TopicDelivery } from "./topic-delivery.ts";
import { messageBytes, type Publication, type TopicMessage, topicEnvelope } from "./topic-envelope.ts";
import { topicMail } from "./topic-mail.ts";
import {
  checkEndpoint,
  endpointOf,
  isSame,
  lets,
  type QueueSubscription,
  readDeadLetterArn,
  readFilter,
  type SubscriptionRequest,
} from "./topic-subscription.ts";

interface Subscription {
  readonly arn: string;
  readonly request: SubscriptionRequest;
  readonly filter: FilterPolicy | undefined;
}

interface TopicsParts {
  readonly region: string;
  readonly queues: Queues;
  readonly rules: DeliveryRules;
  readonly mailBox: MailBox;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * SNS topics with subscriptions of SQS queues and of e-mail addresses. fauxqs has topics too, but its filters never match inside arrays, and
 * an S3 event is an array.
 */
export class Topics {
  readonly #region: string;
  readonly #delivery: TopicDelivery;
  readonly #mailBox: MailBox;
  readonly #subscriptions = new Map<string, Subscription[]>();

  constructor({ region, queues, rules, mailBox }: TopicsParts) {
    this.#region = region;
    this.#mailBox = mailBox;
    this.#delivery = new TopicDelivery(queues, rules);
  }

  /** Creates a topic, or finds it, and gives its ARN. */
  create(name: string): string {
    if (name.endsWith(".fifo")) throw notImplemented("FIFO topics");
    if (!/^[\w-]{1,256}$/.test(name)) throw new AwsError("InvalidParameter", "Invalid parameter: Topic Name");
    const arn = `arn:aws:sns:${this.#region}:${ACCOUNT_ID}:${name}`;
    if (!this.#subscriptions.has(arn)) this.#subscriptions.set(arn, []);
    return arn;
  }

  has(topicArn: string): boolean {
    return this.#subscriptions.has(topicArn);
  }

  /** Subscribes a queue or an address and gives the subscription's ARN; the same request again gives the same one. */
  subscribe(request: SubscriptionRequest): string {
    const subscriptions = this.#subscriptionsOf(request.topicArn);
    const subscription: Subscription = {
      arn: `${request.topicArn}:${String(subscriptions.length).padStart(8, "0")}-0000-4000-8000-000000000000`,
      request,
      filter: readFilter(request),
    };
    checkEndpoint(request);

    const existing = subscriptions.find((other) => endpointOf(other.request) === endpointOf(request));
    if (existing !== undefined) {
      if (isSame(existing.request, request)) return existing.arn;
      const reason = "Attributes Reason: Subscription already exists with different attributes";
      throw new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);
    }
    subscriptions.push(subscription);
    return subscription.arn;
  }

  /** Delivers a message to every subscription that lets it pass, and gives the message's id once it has arrived. */
  async publish(topicArn: string, message: TopicMessage): Promise<string> {
    const subscriptions = this.#subscriptionsOf(topicArn);
    if (message.message === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
    if (messageBytes(message) > MAX_MESSAGE_BYTES) {
      throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
    }

    const messageId = randomUUID();
    const timestamp = new Date().toISOString();
    for (const { arn, request } of subscriptions.filter(({ filter, request }) => lets(filter, request, message))) {
      const publication = { messageId, timestamp, topicArn, subscriptionArn: arn };
      if ("address" in request) await this.#mailBox.deliver(topicMail(message, request.address, publication));
      else await this.#deliver(message, request, publication);
    }
    return messageId;
  }

  async #deliver(message: TopicMessage, request: QueueSubscription, publication: Publication): Promise<void> {
    const delivery = request.rawMessageDelivery
      ? { body: message.message, attributes: message.attributes ?? {} }
      : { body: topicEnvelope(message, publication), attributes: {} };
    const { topicArn, queueArn, redrivePolicy } = request;
    await this.#delivery.deliver(delivery, { topicArn, queueArn, deadLetterArn: readDeadLetterArn(redrivePolicy) });
  }

  #subscriptionsOf(topicArn: string): Subscription[] {
    const subscriptions = this.#subscriptions.get(topicArn);
    if (subscriptions === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
    return subscriptions;
  }
}
