import { randomUUID } from "node:crypto";
import { encodeEventKey } from "../../event-key.ts";

/** One object made or removed. */
export interface ObjectChange {
  /** As in the event: without `s3:`. */
  readonly eventName: string;
  readonly bucket: string;
  readonly key: string;
  /** What is there now; a removal leaves nothing. */
  readonly stored?: { readonly size: number; readonly eTag: string };
}

export interface EventContext {
  readonly region: string;
  readonly accountId: string;
  readonly configurationId: string;
  /** Hexadecimal; of two events of one key the later has the greater. */
  readonly sequencer: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function s3Event({ eventName, bucket, key, stored }: ObjectChange, context: EventContext): string {
  const { region, accountId, configurationId, sequencer } = context;
  const principal = { principalId: `AWS:${accountId}` };
  const record = {
    eventVersion: "2.6",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: new Date().toISOString(),
    eventName,
    userIdentity: principal,
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: responseElements(),
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: bucket, ownerIdentity: { principalId: accountId }, arn: `arn:aws:s3:::${bucket}` },
      object: { key: encodeEventKey(key), ...stored, sequencer },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/** The message that S3 sends to each destination when a notification configuration is put. */
export function testEvent(bucket: string): string {
  const { "x-amz-request-id": RequestId, "x-amz-id-2": HostId } = responseElements();
  const Time = new Date().toISOString();
  return JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Time, Bucket: bucket, RequestId, HostId });
}

function responseElements() {
  const id = randomUUID().replaceAll("-", "").toUpperCase();
  return { "x-amz-request-id": id.slice(0, 16), "x-amz-id-2": Buffer.from(id).toString("base64") };
}
