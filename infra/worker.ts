import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Transform } from "../runtime/contract.ts";
import { WORKER_SETTINGS } from "../runtime/settings.ts";
import type { MonitoredWorker } from "./alarm-rules.ts";
import type { StackSettings } from "./config.ts";
import type { WorkerOptions } from "./config-schema.ts";
import { FUNCTION_HANDLER, type FunctionCode } from "./function-code.ts";
import { functionNameOf } from "./function-name.ts";
import { MAX_DESCRIPTION_LENGTH } from "./lambda-limits.ts";
import { WORKER_ROLE_TRUST, workerPolicy } from "./policies.ts";
import { archivePath } from "./project-root.ts";
import { uploadFilter } from "./upload-filter.ts";
import { WorkerQueues } from "./worker-queues.ts";
import { workerSettings } from "./worker-settings.ts";

export interface WorkerArgs extends WorkerOptions {
  readonly transform: Pick<Transform, "summary" | "accepts">;
  /** What holds for all workers. */
  readonly stack: Pick<StackSettings, "architecture" | "limits" | "cacheControl" | "logRetentionDays">;
  readonly code: FunctionCode;
  readonly packages: { readonly arn: pulumi.Input<string> };
  readonly uploads: { readonly topicArn: pulumi.Input<string>; readonly bucket: BucketReference };
  readonly outputs: BucketReference;
  readonly results: { readonly topicArn: pulumi.Input<string> };
}

interface BucketReference {
  readonly name: pulumi.Input<string>;
  readonly arn: pulumi.Input<string>;
}

/** Where people and programs find a worker. */
export interface WorkerAddresses {
  readonly functionName: string;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
}

export const METRICS_NAMESPACE = "ImageMachine";

/** Everything that one transform needs: its queues, and a function that works on what arrives there. */
export class Worker extends pulumi.ComponentResource {
  readonly name: string;
  readonly addresses: WorkerAddresses;
  readonly monitored: MonitoredWorker;

  constructor(name: string, args: WorkerArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Worker", name, {}, options);
    const child = { parent: this };
    const { stack, transform, code, memoryMb, timeoutSeconds, batchSize, maximumConcurrency } = args;
    const functionName = functionNameOf(name);

    const filter = uploadFilter(transform.accepts);
    const queues = new WorkerQueues(name, { topicArn: args.uploads.topicArn, filter, timeoutSeconds }, child);
    const { queue, deadLetters } = queues;
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: `/aws/lambda/${functionName}`, retentionInDays: stack.logRetentionDays },
      child,
    );
    const role = new aws.iam.Role(name, { assumeRolePolicy: WORKER_ROLE_TRUST }, child);
    const rolePolicy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi
          .output({
            uploadsBucketArn: args.uploads.bucket.arn,
            outputsBucketArn: args.outputs.arn,
            outputsPrefix: `${name}/`,
            queueArn: queue.arn,
            deadLetterQueueArn: deadLetters.arn,
            resultsTopicArn: args.results.topicArn,
            logGroupArn: logGroup.arn,
          })
          .apply(workerPolicy),
      },
      child,
    );
    const lambda = new aws.lambda.Function(
      name,
      {
        name: functionName,
        description: transform.summary.slice(0, MAX_DESCRIPTION_LENGTH),
        runtime: aws.lambda.Runtime.NodeJS24dX,
        architectures: [stack.architecture],
        handler: FUNCTION_HANDLER,
        code: new pulumi.asset.FileArchive(archivePath(code.path)),
        layers: [args.packages.arn],
        role: role.arn,
        memorySize: memoryMb,
        timeout: timeoutSeconds,
        environment: {
          variables: {
            [WORKER_SETTINGS]: workerSettings(name, args, queues),
            POWERTOOLS_SERVICE_NAME: name,
            POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
            // glibc keeps memory apart per thread; with more of these, images of many sizes fragment it.
            MALLOC_ARENA_MAX: "2",
          },
        },
        // Lines are JSON already: Powertools writes them so.
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      },
      child,
    );
    new aws.lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: queue.arn,
        functionName: lambda.arn,
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency },
      },
      // Lambda asks for the role's permissions on the queue when the mapping is made.
      { ...child, dependsOn: [rolePolicy] },
    );

    this.name = name;
    this.addresses = { functionName, queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url };
    this.monitored = {
      name,
      functionName,
      queueName: queue.name,
      deadLetterQueueName: deadLetters.name,
      undeliveredQueueName: queues.undelivered.name,
      timeoutSeconds,
    };
    this.registerOutputs({ ...this.addresses });
  }
}
