import * as pulumi from "@pulumi/pulumi";
import type { UploadSource } from "./delivery.ts";
import { eventPattern, topicFilter } from "./upload-filter.ts";
import type { WorkerArgs } from "./worker.ts";

/** Who tells a worker of its uploads, and of which. */
export function uploadSource(args: WorkerArgs): UploadSource {
  const { bucket, topicArn } = args.uploads;
  const { transform, suffixes, prefix, stack } = args;
  const { accepts } = transform;
  const selection = { accepts, suffixes, prefix, uploadsPrefix: bucket.prefix, sniffAll: stack.sniffAll };
  return topicArn
    ? { ingest: "sns", topicArn, filter: topicFilter(selection) }
    : {
        ingest: "eventbridge",
        pattern: pulumi.output(bucket.name).apply((name) => eventPattern(name, selection, stack.onExpire)),
      };
}
