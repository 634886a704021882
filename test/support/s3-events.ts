import type { Upload } from "../../runtime/event.ts";

type Given = Partial<Upload> & { readonly eventName?: string };

/** One record of an S3 event, in the shape of AWS; the key is given as stored. */
export function s3Record({
  bucket = "uploads",
  key = "cat.png",
  eventName = "ObjectCreated:Put",
  ...object
}: Given = {}) {
  return {
    eventVersion: "2.6",
    eventSource: "aws:s3",
    awsRegion: "eu-west-1",
    eventTime: "2026-01-02T03:04:05.678Z",
    eventName,
    userIdentity: { principalId: "AWS:AIDAEXAMPLE" },
    requestParameters: { sourceIPAddress: "192.0.2.1" },
    responseElements: { "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "uploads",
      bucket: { name: bucket, ownerIdentity: { principalId: "A3NL1KOZZKExample" }, arn: `arn:aws:s3:::${bucket}` },
      object: { key: encodedAsInEvents(key), ...object },
    },
  };
}

/** The JSON of an S3 event with a record for each upload. */
export function s3Event(...uploads: readonly Given[]): string {
  return JSON.stringify({ Records: (uploads.length > 0 ? uploads : [{}]).map((upload) => s3Record(upload)) });
}

/** What S3 sends once when a bucket's notification is configured. */
export const TEST_EVENT = JSON.stringify({
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: "2026-01-02T03:04:05.678Z",
  Bucket: "uploads",
  RequestId: "5582815E1AEA5ADF",
  HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
});

/** A message as a subscription without raw delivery passes it on. */
export function wrappedBySns(message: string): string {
  return JSON.stringify({
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    TopicArn: "arn:aws:sns:eu-west-1:123456789012:uploads",
    Subject: "Amazon S3 Notification",
    Message: message,
    Timestamp: "2026-01-02T03:04:05.678Z",
  });
}

/** An EventBridge event in the shape of AWS. */
export function eventBridgeEvent(object: Record<string, unknown>, detailType = "Object Created"): string {
  return JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": detailType,
    source: "aws.s3",
    account: "123456789012",
    time: "2026-01-02T03:04:05Z",
    region: "eu-west-1",
    resources: ["arn:aws:s3:::uploads"],
    detail: {
      version: "0",
      bucket: { name: "uploads" },
      object,
      "request-id": "N4N7GDK58NMKJ12R",
      reason: "PutObject",
    },
  });
}

/** As S3 does it: form encoding, but slashes stay. */
function encodedAsInEvents(key: string): string {
  return encodeURIComponent(key)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/")
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
