import { PipelineError } from "./errors.ts";

/** A hint that an object of the uploads bucket was created, overwritten or removed. */
export interface Upload {
  readonly bucket: string;
  /** As stored, decoded. */
  readonly key: string;
  /** Bytes when the event was made; absent for removals and bare events. */
  readonly size?: number;
  readonly eTag?: string;
  readonly versionId?: string;
  /** Orders the events of one key on AWS; logged, never decided on. */
  readonly sequencer?: string;
  /**
   * Whether the event told of a removal. There may be an object all the same: an older version of it was removed, or a delete
   * marker, or a newer event was faster.
   */
  readonly isRemoval?: true;
}

/** Names of S3's events of removals, with or without versions, by requests or by lifecycle. */
const REMOVED = /^(s3:)?(ObjectRemoved|LifecycleExpiration):/;

/**
 * The uploads that a message's body speaks of, none for `s3:TestEvent`. It may be an S3 event, raw or wrapped by SNS, or an
 * EventBridge event. Throws `EVENT_INVALID`.
 */
export function readMessage(body: string): Upload[] {
  return readEvent(parse(body));
}

/**
 * The uploads that an event speaks of. Of an S3 event only bucket name and key are needed
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
export function readEvent(event: unknown): Upload[] {
  if (!isObject(event)) throw invalid(event);
  if (event.Type === "Notification" && typeof event.Message === "string") return readMessage(event.Message);
  // Sent once when a bucket's notification is configured; it has no records.
  if (event.Event === "s3:TestEvent") return [];
  if (event.source === "aws.s3" && isObject(event.detail)) return [readEventBridge(event.detail, event)];
  if (Array.isArray(event.Records) && event.Records.length > 0)
    return event.Records.map((record: unknown) => readRecord(record, event));
  throw invalid(event);
}

/** Whether an event is a batch of a queue's messages. */
export function isQueueBatch(event: unknown): boolean {
  return (
    isObject(event) &&
    Array.isArray(event.Records) &&
    isObject(event.Records[0]) &&
    event.Records[0].eventSource === "aws:sqs"
  );
}

function readRecord(record: unknown, event: unknown): Upload {
  const s3 = isObject(record) && isObject(record.s3) ? record.s3 : {};
  const object = isObject(s3.object) ? s3.object : {};
  if (!isObject(s3.bucket) || typeof s3.bucket.name !== "string" || typeof object.key !== "string")
    throw invalid(event);
  const isRemoval = isObject(record) && REMOVED.test(String(record.eventName));
  return {
    ...{ bucket: s3.bucket.name, key: decodeKey(object.key), ...details(object, "eTag", "versionId") },
    ...(isRemoval && { isRemoval }),
  };
}

/** EventBridge gives the key as it is. */
function readEventBridge(detail: Record<string, unknown>, event: unknown): Upload {
  const { bucket, object } = detail;
  if (!isObject(bucket) || typeof bucket.name !== "string" || !isObject(object) || typeof object.key !== "string")
    throw invalid(event);
  const isRemoval = isObject(event) && event["detail-type"] === "Object Deleted";
  return {
    ...{ bucket: bucket.name, key: object.key, ...details(object, "etag", "version-id") },
    ...(isRemoval && { isRemoval }),
  };
}

function details(object: Record<string, unknown>, eTag: string, versionId: string): Partial<Upload> {
  return {
    ...(typeof object.size === "number" && { size: object.size }),
    ...(typeof object[eTag] === "string" && { eTag: object[eTag] }),
    ...(typeof object[versionId] === "string" && { versionId: object[versionId] }),
    ...(typeof object.sequencer === "string" && { sequencer: object.sequencer }),
  };
}

/** S3 writes keys into events as forms do: `+` for a space, percent-encoding for the rest. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch (cause) {
    throw new PipelineError("EVENT_INVALID", `Expected a URL-encoded key, received ${key}.`, { cause });
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new PipelineError("EVENT_INVALID", `Expected an S3 event as JSON, received ${excerpt(body)}.`, { cause });
  }
}

function invalid(event: unknown): PipelineError {
  return new PipelineError(
    "EVENT_INVALID",
    `Expected an S3 event with the name of a bucket and the key of an object, received ${excerpt(jsonOf(event))}.`,
  );
}

/** Text that can be parsed may be nested deeper than what can be written. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "nothing";
  } catch (error) {
    if (error instanceof RangeError) return "one nested too deeply to be shown";
    throw error;
  }
}

function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text || "nothing";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
