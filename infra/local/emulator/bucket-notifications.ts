import { publishFromBucket } from "../iam/service-request.ts";
import { AwsError } from "./aws-error.ts";
import { ACCOUNT_ID } from "./queues.ts";
import { encodeEventKey, type ObjectChange, s3Event, testEvent } from "./s3-event.ts";
import type { ServiceRefusal } from "./topic-delivery.ts";
import type { Topics } from "./topics.ts";

export interface TopicNotification {
  readonly id?: string | undefined;
  readonly topicArn: string;
  /** `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete`, ... */
  readonly events: readonly string[];
  readonly filterPrefix?: string | undefined;
  readonly filterSuffix?: string | undefined;
}

/** Event types that a bucket without versions, tags and lifecycle can raise, and the wildcards over them. */
const EVENT_TYPES: readonly string[] = [
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
];
const SUBJECT = "Amazon S3 Notification";

/** S3's event notifications to SNS topics. */
export class BucketNotifications {
  readonly #region: string;
  readonly #topics: Topics;
  readonly #refusalOf: ServiceRefusal;
  readonly #configurations = new Map<string, readonly (TopicNotification & { readonly id: string })[]>();
  #changes: bigint;

  /** @param options.numberedFrom where sequencers begin: above those of earlier runs, if there were any */
  constructor(options: {
    region: string;
    topics: Topics;
    refusalOf: ServiceRefusal;
    numberedFrom?: bigint;
  }) {
    this.#region = options.region;
    this.#topics = options.topics;
    this.#refusalOf = options.refusalOf;
    this.#changes = options.numberedFrom ?? 0n;
  }

  /** Replaces a bucket's whole configuration, and tries each of its destinations. */
  async put(bucket: string, notifications: readonly TopicNotification[]): Promise<void> {
    const configuration = notifications.map((notification, index) => ({
      ...notification,
      id: notification.id ?? `notification-${index}`,
    }));
    configuration.forEach((notification, index) => {
      this.#check(bucket, notification);
      for (const earlier of configuration.slice(0, index)) checkTogether(earlier, notification);
    });
    this.#configurations.set(bucket, configuration);
    for (const { topicArn } of configuration) {
      await this.#topics.publish(topicArn, { message: testEvent(bucket), subject: SUBJECT });
    }
  }

  /** Sends the events of changes, one a message; they are numbered before anything else can happen. */
  async send(changes: readonly ObjectChange[]): Promise<void> {
    const messages = changes.flatMap((change) => this.#messagesOf(change));
    for (const { topicArn, message } of messages) {
      await this.#topics.publish(topicArn, { message, subject: SUBJECT });
    }
  }

  #messagesOf(change: ObjectChange): { topicArn: string; message: string }[] {
    this.#changes += 1n;
    const sequencer = this.#changes.toString(16).toUpperCase().padStart(18, "0");
    const matching = (this.#configurations.get(change.bucket) ?? []).filter((candidate) => selects(candidate, change));
    // S3 itself tells nobody of an event that its topic does not take.
    const admitted = matching.filter(({ topicArn }) => this.#mayPublish(change.bucket, topicArn));
    return admitted.map(({ id, topicArn }) => {
      const context = { region: this.#region, accountId: ACCOUNT_ID, configurationId: id, sequencer };
      return { topicArn, message: s3Event(change, context) };
    });
  }

  #mayPublish(bucket: string, topicArn: string): boolean {
    return this.#refusalOf(publishFromBucket(bucket, topicArn, ACCOUNT_ID)) === undefined;
  }

  #check(bucket: string, { topicArn, events, filterPrefix = "", filterSuffix = "" }: TopicNotification): void {
    if (!this.#topics.has(topicArn) || !this.#mayPublish(bucket, topicArn)) {
      throw invalid(`Unable to validate the following destination configurations: ${topicArn}`);
    }
    const unknown = events.find((event) => !EVENT_TYPES.includes(event));
    if (unknown !== undefined) throw invalid(`The event '${unknown}' is not supported for notifications`);
    if (events.length === 0) throw new AwsError("MalformedXML", "A topic configuration has at least one event");
    if (/\*/.test(filterPrefix + filterSuffix)) throw invalid("A filter has no wildcards");
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
function checkTogether(one: TopicNotification, other: TopicNotification): void {
  if (one.id === other.id) throw invalid("Same ID used for multiple configurations. IDs must be unique");
  const shareEvent = one.events.some((event) => other.events.some((another) => covers(event, another)));
  const [prefix, otherPrefix] = [one.filterPrefix ?? "", other.filterPrefix ?? ""];
  const [suffix, otherSuffix] = [one.filterSuffix ?? "", other.filterSuffix ?? ""];
  const sharePrefix = prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix);
  const shareSuffix = suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix);
  if (shareEvent && sharePrefix && shareSuffix) {
    throw invalid("Configurations overlap. Configurations on the same bucket cannot share a common event type.");
  }
}

/** Whether one of two event types includes the other. */
function covers(one: string, other: string): boolean {
  return (
    [one, other].some((type) => type.endsWith("*") && [one, other].every((it) => it.startsWith(type.slice(0, -1)))) ||
    one === other
  );
}

function selects({ events, filterPrefix = "", filterSuffix = "" }: TopicNotification, change: ObjectChange): boolean {
  const key = encodeEventKey(change.key);
  return (
    events.some((event) => covers(event, `s3:${change.eventName}`)) &&
    key.startsWith(filterPrefix) &&
    key.endsWith(filterSuffix)
  );
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidArgument", reason);
}
