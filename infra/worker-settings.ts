import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_OUTPUT_KEY } from "../runtime/output-key.ts";
import type { WorkerSettings } from "../runtime/settings.ts";
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
        transform: args.use,
        options: args.options,
        outputKey: DEFAULT_OUTPUT_KEY,
        cacheControl: args.cacheControl,
        limits: stack.limits,
        maxReceiveCount: MAX_RECEIVE_COUNT,
        ...places,
      };
      return JSON.stringify(settings);
    });
}
