import * as pulumi from "@pulumi/pulumi";
import type { Transform } from "../runtime/contract.ts";
import { literalPrefix } from "../runtime/output-key.ts";
import { WORKER_SETTINGS } from "../runtime/settings.ts";
import type { PlacedBucket } from "./buckets.ts";
import type { StackSettings, WorkerConfiguration } from "./config/stack-settings.ts";
import type { EncryptionSettings } from "./encryption.ts";
import type { TransformCode } from "./function-code.ts";
import { functionNameOf } from "./function-name.ts";
import { layersProblem, MAX_DESCRIPTION_LENGTH } from "./lambda-limits.ts";
import { metricsNamespace } from "./metrics-namespace.ts";
import type { MonitoredWorker } from "./monitoring/alarm-rules.ts";
import { workerPolicy } from "./policies.ts";
import { queueFunction } from "./queue-function.ts";
import { uploadSource } from "./upload-source.ts";
import { WorkerQueues } from "./worker-queues.ts";
import { workerSettings } from "./worker-settings.ts";
import { type WorkerWork, workerWork } from "./worker-work.ts";

export interface WorkerArgs extends Omit<WorkerConfiguration, "name" | "transform"> {
  readonly transform: Pick<Transform, "summary" | "accepts" | "variants">;
  /** What holds for all workers. */
  readonly stack: Pick<StackSettings, "architecture" | "limits" | "logRetentionDays" | "onExpire" | "sniffAll">;
  readonly code: TransformCode;
  /** The layer that the code needs; its bytes if they are known, and the version of sharp in it. */
  readonly packages: {
    readonly arn: pulumi.Input<string>;
    readonly bytes?: number | undefined;
    readonly sharp: string;
  };
  /** Without a topic it is EventBridge that tells of uploads. */
  readonly uploads: { readonly topicArn: pulumi.Input<string> | undefined; readonly bucket: PlacedBucket };
  readonly outputs: PlacedBucket;
  readonly results: { readonly topicArn: pulumi.Input<string> };
  /** Default: as AWS encrypts without a key of the stack. */
  readonly encryption?: EncryptionSettings;
}

/** Where people and programs find a worker. */
export interface WorkerAddresses {
  /** The name of its transform. */
  readonly transform: string;
  readonly functionName: string;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly undeliveredQueueUrl: pulumi.Output<string>;
  readonly work: pulumi.Output<WorkerWork>;
}

/** Everything that one transform needs: its queues, and a function that works on what arrives there. */
export class Worker extends pulumi.ComponentResource {
  readonly name: string;
  readonly addresses: WorkerAddresses;
  readonly monitored: MonitoredWorker;

  constructor(name: string, args: WorkerArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Worker", name, {}, options);
    const child = { parent: this };
    const { stack, transform, code, memoryMb, timeoutSeconds, batchSize, encryption = {} } = args;
    const functionName = functionNameOf(name);
    const problem = layersProblem(`the code of worker ${name}`, code.bytes, [args.packages.bytes ?? 0]);
    if (problem) throw new pulumi.RunError(problem);

    const queues = new WorkerQueues(name, { source: uploadSource(args), timeoutSeconds, encryption }, child);
    const { queue, deadLetters } = queues;
    const settings = workerSettings(name, args, queues);
    const policy = (logGroupArn: pulumi.Output<string>) =>
      pulumi
        .output({
          uploadsBucketArn: args.uploads.bucket.arn,
          allUploadsPrefix: args.uploads.bucket.prefix,
          uploadsPrefix: args.uploads.bucket.prefix + args.prefix,
          outputsBucketArn: args.outputs.arn,
          outputsPrefix: args.outputs.prefix + literalPrefix(args.outputKey, name),
          tagsOutputs: Object.keys(args.outputTags).length > 0,
          queueArn: queue.arn,
          deadLetterQueueArn: deadLetters.arn,
          resultsTopicArn: args.results.topicArn,
          logGroupArn,
          keyArn: encryption.keyArn,
        })
        .apply(workerPolicy);
    queueFunction(
      name,
      {
        functionName,
        description: transform.summary.slice(0, MAX_DESCRIPTION_LENGTH),
        code,
        layers: [args.packages.arn],
        stack,
        memoryMb,
        timeoutSeconds,
        variables: {
          [WORKER_SETTINGS]: settings,
          POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(),
          // glibc keeps memory apart per thread; with more of these, images of many sizes fragment it.
          MALLOC_ARENA_MAX: "2",
        },
        policy,
        queue,
        mapping: { batchSize, ...scaling(args) },
      },
      child,
    );

    this.name = name;
    this.addresses = {
      transform: args.use,
      functionName,
      queueUrl: queue.url,
      deadLetterQueueUrl: deadLetters.url,
      undeliveredQueueUrl: queues.undelivered.url,
      work: settings.apply((text) => workerWork(args, text)),
    };
    this.monitored = {
      name,
      functionName,
      queueName: queue.name,
      deadLetterQueueName: deadLetters.name,
      undeliveredQueueName: queues.undelivered.name,
      timeoutSeconds,
      ...(queues.ruleName && { eventRuleName: queues.ruleName }),
    };
    this.registerOutputs({ ...this.addresses });
  }
}

/** How many functions run at once; SQS takes one way or the other. */
function scaling({ provisionedPollers, maximumConcurrency }: WorkerArgs) {
  if (!provisionedPollers) return { scalingConfig: { maximumConcurrency } };
  const { minimum, maximum } = provisionedPollers;
  return { provisionedPollerConfig: { minimumPollers: minimum, maximumPollers: maximum } };
}
