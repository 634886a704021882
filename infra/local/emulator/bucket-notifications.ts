import { encodeEventKey } from "../../event-key.ts";
import { publishFromBucket } from "../iam/service-request.ts";
import { AwsError } from "./aws-error.ts";
import type { EventBus } from "./event-bus.ts";
import { eventBridgeEvent } from "./eventbridge-event.ts";
import { ACCOUNT_ID } from "./queues.ts";
import { type ObjectChange, s3Event, testEvent } from "./s3-event.ts";
import type { ServiceRefusal } from "./service-sender.ts";
import type { Topics } from "./topics.ts";

export interface TopicNotification {
  readonly id?: string | undefined;
  readonly topicArn: string;
  /** `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete`, ... */
  readonly events: readonly string[];
  readonly filterPrefix?: string | undefined;
  readonly filterSuffix?: string | undefined;
}

export interface NotificationConfiguration {
  readonly topics: readonly TopicNotification[];
  /** Whether EventBridge is told of everything that happens to objects, whatever topics are told. */
  readonly eventBridge?: boolean | undefined;
}

interface KnownConfiguration {
  readonly topics: readonly (TopicNotification & { readonly id: string })[];
  readonly eventBridge: boolean;
}

/** Event types that a bucket without versions and tags can raise, and the wildcards over them; here nothing ever expires. */
const EVENT_TYPES: readonly string[] = [
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
  "s3:LifecycleExpiration:*",
  "s3:LifecycleExpiration:Delete",
];
const SUBJECT = "Amazon S3 Notification";
const NOBODY: KnownConfiguration = { topics: [], eventBridge: false };

/** S3's event notifications, to SNS topics and to EventBridge. */
export class BucketNotifications {
  readonly #region: string;
  readonly #topics: Topics;
  readonly #refusalOf: ServiceRefusal;
  readonly #bus: EventBus;
  readonly #configurations = new Map<string, KnownConfiguration>();
  #changes: bigint;

  /** @param options.numberedFrom where sequencers begin: above those of earlier runs, if there were any */
  constructor(options: {
    region: string;
    topics: Topics;
    bus: EventBus;
    refusalOf: ServiceRefusal;
    numberedFrom?: bigint;
  }) {
    this.#region = options.region;
    this.#topics = options.topics;
    this.#bus = options.bus;
    this.#refusalOf = options.refusalOf;
    this.#changes = options.numberedFrom ?? 0n;
  }

  /** Replaces a bucket's whole configuration, and tries each of its topics. */
  async put(bucket: string, { topics, eventBridge = false }: NotificationConfiguration): Promise<void> {
    const named = topics.map((topic, index) => ({ ...topic, id: topic.id ?? `notification-${index}` }));
    named.forEach((topic, index) => {
      this.#check(bucket, topic);
      for (const earlier of named.slice(0, index)) checkTogether(earlier, topic);
    });
    this.#configurations.set(bucket, { topics: named, eventBridge });
    for (const { topicArn } of named) {
      await this.#topics.publish(topicArn, { message: testEvent(bucket), subject: SUBJECT });
    }
  }

  /** Sends the events of changes, one a message; they are numbered before anything else can happen. */
  async send(changes: readonly ObjectChange[]): Promise<void> {
    const deliveries = changes.flatMap((change) => this.#deliveriesOf(change));
    for (const deliver of deliveries) await deliver();
  }

  #deliveriesOf(change: ObjectChange): (() => Promise<unknown>)[] {
    this.#changes += 1n;
    const sequencer = this.#changes.toString(16).toUpperCase().padStart(18, "0");
    const { topics, eventBridge } = this.#configurations.get(change.bucket) ?? NOBODY;
    const place = { region: this.#region, accountId: ACCOUNT_ID, sequencer };
    const matching = topics.filter((candidate) => selects(candidate, change));
    // S3 itself tells nobody of an event that its topic does not take.
    const admitted = matching.filter(({ topicArn }) => this.#mayPublish(change.bucket, topicArn));
    const messages = admitted.map(({ id, topicArn }) => {
      const message = s3Event(change, { ...place, configurationId: id });
      return () => this.#topics.publish(topicArn, { message, subject: SUBJECT });
    });
    if (!eventBridge) return messages;
    const event = eventBridgeEvent(change, place);
    return [...messages, () => this.#bus.send(event)];
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
