import * as pulumi from "@pulumi/pulumi";
import { type WorkerSettings, writeWorkerSettings } from "../runtime/settings.ts";
import { MAX_RECEIVE_COUNT, SPARE_RECEIVES } from "./queue-with-dead-letters.ts";
import type { WorkerArgs } from "./worker.ts";
import type { WorkerQueues } from "./worker-queues.ts";

/** What a worker's function is told, as JSON. */
export function workerSettings(name: string, args: WorkerArgs, queues: WorkerQueues): pulumi.Output<string> {
  const { stack, uploads, outputs, results } = args;
  const { prefix, suffixes, include, exclude, cacheControl, storageClass, outputTags, copyMetadata } = args;
  return pulumi
    .output({
      uploadsBucket: uploads.bucket.name,
      outputsBucket: outputs.name,
      queueUrl: queues.queue.url,
      deadLetterQueueUrl: queues.deadLetters.url,
      resultsTopicArn: results.topicArn,
    })
    .apply((places) => {
      const settings: WorkerSettings = {
        worker: name,
        transform: args.use,
        options: args.options,
        selection: { prefix, suffixes, include, exclude },
        outputKey: args.outputKey,
        flatten: args.flatten,
        outputObjects: { cacheControl, storageClass, tags: outputTags, copyMetadata },
        keepCopyright: args.keepCopyright,
        limits: stack.limits,
        maxReceiveCount: MAX_RECEIVE_COUNT,
        spareReceives: SPARE_RECEIVES,
        uploadsPrefix: uploads.bucket.prefix,
        outputsPrefix: outputs.prefix,
        ...places,
      };
      return writeWorkerSettings(settings);
    });
}
