import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_WORKER_SETTINGS, type WorkerSettings, writeWorkerSettings } from "../runtime/settings.ts";
import type { WorkerArgs } from "./worker.ts";
import { MAX_RECEIVE_COUNT, type WorkerQueues } from "./worker-queues.ts";

/** What a worker's function is told, as JSON. */
export function workerSettings(name: string, args: WorkerArgs, queues: WorkerQueues): pulumi.Output<string> {
  const { stack, uploads, outputs, results } = args;
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
        transform: name,
        options: args.options,
        ...DEFAULT_WORKER_SETTINGS,
        outputObjects: { ...DEFAULT_WORKER_SETTINGS.outputObjects, cacheControl: stack.cacheControl },
        limits: stack.limits,
        maxReceiveCount: MAX_RECEIVE_COUNT,
        ...places,
      };
      return writeWorkerSettings(settings);
    });
}
