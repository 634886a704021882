import { encodeEventKey } from "../event-key.ts";

/** An object of the uploads bucket, as a listing tells of it. */
export interface ListedUpload {
  readonly bucket: string;
  readonly key: string;
  readonly eTag: string;
  /** Bytes. */
  readonly size: number;
}

/** Who says that the upload is there, where S3 names who put it. Dead letters and logs of S3's own events have another. */
export const BACKFILL = "image-machine:backfill";

/** What the events of one backfill have in common. */
export interface EventContext {
  readonly region: string;
  /** When the backfill began. */
  readonly startedAt: Date;
}

/**
 * What S3 would say of an upload, so that a worker needs to know no other event
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
export function uploadEvent({ bucket, key, eTag, size }: ListedUpload, { region, startedAt }: EventContext): string {
  const record = {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: startedAt.toISOString(),
    eventName: "ObjectCreated:Put",
    userIdentity: { principalId: BACKFILL },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: BACKFILL,
      bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
      object: { key: encodeEventKey(key), size, eTag, sequencer: sequencerOf(startedAt) },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/**
 * Results of two backfills have ids of their own by it. Those of S3 begin with the time in seconds too, after two zeros, so that it
 * is later than those of earlier events for whoever orders events by them.
 */
function sequencerOf(time: Date): string {
  const seconds = Math.floor(time.getTime() / 1000);
  return `00${seconds.toString(16).toUpperCase().padStart(8, "0")}00000000`;
}
