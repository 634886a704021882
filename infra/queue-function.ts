import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FUNCTION_HANDLER, type FunctionCode } from "./function-code.ts";
import type { Architecture } from "./layer/lock.ts";
import { WORKER_ROLE_TRUST } from "./policies.ts";
import { archivePath } from "./project-root.ts";

export interface QueueFunctionArgs {
  /** See `functionNameOf`. */
  readonly functionName: string;
  readonly description: string;
  readonly code: FunctionCode;
  readonly layers?: readonly pulumi.Input<string>[];
  readonly stack: { readonly architecture: Architecture; readonly logRetentionDays: number };
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  /** The policy of its role, which may write to this log group. */
  readonly policy: (logGroupArn: pulumi.Output<string>) => pulumi.Output<string>;
  readonly queue: aws.sqs.Queue;
  /** How messages are gathered, and how many functions run at once. */
  readonly mapping: Pick<
    aws.lambda.EventSourceMappingArgs,
    "batchSize" | "maximumBatchingWindowInSeconds" | "scalingConfig" | "provisionedPollerConfig"
  >;
}

/** A function that works on a queue's messages, in a role and with a log group of its own. */
export function queueFunction(name: string, args: QueueFunctionArgs, child: pulumi.ResourceOptions): void {
  const {
    functionName,
    description,
    code,
    layers,
    stack,
    memoryMb,
    timeoutSeconds,
    variables,
    policy,
    queue,
    mapping,
  } = args;
  const logGroup = new aws.cloudwatch.LogGroup(
    name,
    { name: `/aws/lambda/${functionName}`, retentionInDays: stack.logRetentionDays },
    child,
  );
  const role = new aws.iam.Role(name, { assumeRolePolicy: WORKER_ROLE_TRUST }, child);
  const rolePolicy = new aws.iam.RolePolicy(name, { role: role.name, policy: policy(logGroup.arn) }, child);
  const lambda = new aws.lambda.Function(
    name,
    {
      name: functionName,
      description,
      runtime: aws.lambda.Runtime.NodeJS24dX,
      architectures: [stack.architecture],
      handler: FUNCTION_HANDLER,
      code: new pulumi.asset.FileArchive(archivePath(code.path)),
      ...(layers && { layers: [...layers] }),
      role: role.arn,
      memorySize: memoryMb,
      timeout: timeoutSeconds,
      environment: { variables: { ...variables, POWERTOOLS_SERVICE_NAME: name } },
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
      functionResponseTypes: ["ReportBatchItemFailures"],
      ...mapping,
    },
    // Lambda asks for the role's permissions on the queue when the mapping is made.
    { ...child, dependsOn: [rolePolicy] },
  );
}
