import { randomUUID } from "node:crypto";
import type { EventContext, ObjectChange } from "./s3-event.ts";

/** An event as EventBridge hands it to targets. */
export interface EventBridgeEvent {
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

interface Kind {
  readonly detailType: string;
  readonly reason: string;
  readonly deletionType?: string;
}

/** By the names that they have in S3's own events. A bucket without versions, as all are here, keeps nothing of what is deleted. */
const KINDS: Readonly<Record<string, Kind>> = {
  "ObjectCreated:Put": { detailType: "Object Created", reason: "PutObject" },
  "ObjectCreated:Copy": { detailType: "Object Created", reason: "CopyObject" },
  "ObjectCreated:CompleteMultipartUpload": { detailType: "Object Created", reason: "CompleteMultipartUpload" },
  "ObjectRemoved:Delete": {
    detailType: "Object Deleted",
    reason: "DeleteObject",
    deletionType: "Permanently Deleted",
  },
};

/** What S3 sends to EventBridge, where keys are not encoded (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). */
export function eventBridgeEvent(
  { eventName, bucket, key, stored }: ObjectChange,
  { region, accountId, sequencer }: Pick<EventContext, "region" | "accountId" | "sequencer">,
): EventBridgeEvent {
  const kind = KINDS[eventName];
  if (kind === undefined) throw new TypeError(`Expected an event of ${Object.keys(KINDS)}, received ${eventName}.`);
  const { detailType, reason, deletionType } = kind;
  const event = {
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source: "aws.s3",
    account: accountId,
    // In whole seconds.
    time: new Date().toISOString().replace(/\.\d+/, ""),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      "event-version": "1.0",
      bucket: { name: bucket },
      object: { key, ...(stored && { size: stored.size, etag: stored.eTag }), sequencer },
      "request-id": randomUUID().replaceAll("-", "").toUpperCase().slice(0, 16),
      requester: accountId,
      "source-ip-address": "127.0.0.1",
      reason,
      ...(deletionType !== undefined && { "deletion-type": deletionType }),
    },
  };
  return event;
}
