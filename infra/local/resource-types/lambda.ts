import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import type { Archive } from "../engine/property-values.ts";
import { refusalOf } from "../iam/evaluate.ts";
import { readPolicy } from "../iam/policy.ts";
import { SECURE, takeRoleForLambda } from "../iam/service-request.ts";
import type { NewFunction } from "../local-functions.ts";
import { queueName } from "../queue-name.ts";
import {
  type Deployed,
  find,
  firstProblem,
  outside,
  type Place,
  type ResourceType,
  resourceType,
} from "../resource-type.ts";
import { functionCodeProblem, layerCodeProblem } from "./code-limits.ts";
import { roleAllows } from "./deployed-policies.ts";

type FunctionInputs = Omit<Unwrap<aws.lambda.FunctionArgs>, "code"> & { readonly code: Archive };
type MappingInputs = Unwrap<aws.lambda.EventSourceMappingArgs>;
type LayerInputs = Omit<Unwrap<aws.lambda.LayerVersionArgs>, "code"> & { readonly code: Archive };

/** All variables of a function together (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MAX_ENVIRONMENT_BYTES = 4 * 1024;

/** What an event source mapping needs of its function's role (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const POLLER_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Without a setting, and of each provisioned poller (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). */
const DEFAULT_CONCURRENCY = 5;
const CONCURRENCY_OF_POLLER = 10;

/** What it is without a number (https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html). */
const MIN_POLLERS = 2;
const MAX_POLLERS = 200;

export const LAMBDA_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:lambda/layerVersion:LayerVersion": resourceType<LayerInputs>({
    name: { input: "layerName", maxLength: 140 },
    outputs: (_, { region, accountId }, name) => {
      const layerArn = `arn:aws:lambda:${region}:${accountId}:layer:${name}`;
      return { id: `${layerArn}:1`, arn: `${layerArn}:1`, layerArn, version: "1" };
    },
    refuse: layerCodeProblem,
  }),
  "aws:lambda/function:Function": resourceType<FunctionInputs>({
    name: { input: "name", maxLength: 64 },
    outputs: (_, { region, accountId }, name) => {
      const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
      return { id: name, arn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" };
    },
    refuse: ({ memorySize, timeout, environment, role, code, layers }, deployed, place) =>
      firstProblem(
        outside("memorySize", memorySize, 128, 10_240),
        outside("timeout", timeout, 1, 900),
        functionCodeProblem({ code, layers }, deployed),
        !mayTakeRole(role, deployed, place) && `Expected a role that exists, received ${role}.`,
        environmentProblem(environment?.variables ?? {}),
      ),
    make: async (inputs, machine, { name }) => machine.addFunction(functionSettings(inputs, String(name))),
    update: (inputs, machine, { name }) => machine.replaceFunction(functionSettings(inputs, String(name))),
  }),
  "aws:lambda/eventSourceMapping:EventSourceMapping": resourceType<MappingInputs>({
    outputs: ({ functionName }, { region, accountId }, name) => ({
      id: name,
      uuid: name,
      arn: `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${name}`,
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
    }),
    refuse: (inputs, deployed) => mappingProblem(inputs, deployed),
    make: async (inputs, machine) => {
      const { functionName, eventSourceArn, batchSize, maximumBatchingWindowInSeconds, functionResponseTypes } = inputs;
      machine.addMapping({
        functionName: functionNameOf(functionName),
        queueName: queueName(eventSourceArn ?? ""),
        batchSize: batchSize ?? 10,
        maximumBatchingWindowSeconds: maximumBatchingWindowInSeconds ?? 0,
        maximumConcurrency: concurrencyOf(inputs),
        reportBatchItemFailures: functionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
      });
    },
  }),
};

function functionSettings(inputs: FunctionInputs, name: string): NewFunction {
  return {
    name,
    handler: inputs.handler ?? "index.handler",
    codeFolder: inputs.code.path,
    environment: inputs.environment?.variables ?? {},
    timeoutSeconds: inputs.timeout ?? 3,
    memoryMb: inputs.memorySize ?? 128,
    roleArn: inputs.role,
    logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${name}`,
  };
}

function mappingProblem(inputs: MappingInputs, deployed: readonly Deployed[]): string | undefined {
  const {
    functionName,
    eventSourceArn = "",
    batchSize = 10,
    maximumBatchingWindowInSeconds = 0,
    scalingConfig,
    provisionedPollerConfig,
  } = inputs;
  const lambda = find(deployed, "aws:lambda/function:Function").find(({ outputs }) =>
    [outputs.name, outputs.arn].includes(functionName),
  );
  const queue = find(deployed, "aws:sqs/queue:Queue").find(({ outputs }) => outputs.arn === eventSourceArn);
  if (!lambda || !queue)
    return `Expected a function and a queue that exist, received ${functionName} and ${eventSourceArn}.`;
  const { timeout = 3, role } = lambda.registration.inputs as { timeout?: number; role?: string };
  const { visibilityTimeoutSeconds = 30 } = queue.registration.inputs as { visibilityTimeoutSeconds?: number };
  const missing = POLLER_ACTIONS.find(
    (action) => !roleAllows(deployed, String(role), { action, resource: eventSourceArn, context: SECURE }),
  );
  return firstProblem(
    visibilityTimeoutSeconds < timeout &&
      `Expected a queue that hides messages at least as long as its function runs, ${timeout} s, received ${visibilityTimeoutSeconds} s.`,
    missing && `AccessDenied: the function's role does not have the permission ${missing} on ${eventSourceArn} yet.`,
    outside("batchSize", batchSize, 1, 10_000),
    batchSize > 10 &&
      maximumBatchingWindowInSeconds < 1 &&
      "Expected a batching window of at least 1 s for batches of more than 10 messages.",
    outside("maximumConcurrency", scalingConfig?.maximumConcurrency, 2, 1_000),
    pollerProblem(provisionedPollerConfig),
    provisionedPollerConfig !== undefined &&
      scalingConfig?.maximumConcurrency !== undefined &&
      "Expected provisioned pollers or a maximum concurrency, received both.",
  );
}

function pollerProblem(config: MappingInputs["provisionedPollerConfig"]): string | undefined {
  if (config === undefined) return undefined;
  const { minimumPollers = MIN_POLLERS, maximumPollers = MAX_POLLERS } = config;
  return firstProblem(
    outside("minimumPollers", minimumPollers, 2, 200),
    outside("maximumPollers", maximumPollers, 2, 10_000),
    minimumPollers > maximumPollers &&
      `Expected maximumPollers to be at least minimumPollers, ${minimumPollers}, received ${maximumPollers}.`,
    config.pollerGroupName !== undefined && "Expected no pollerGroupName, which is for Kafka alone.",
  );
}

/** Of the function, as far as a mapping uses it. */
function concurrencyOf({ scalingConfig, provisionedPollerConfig }: MappingInputs): number {
  if (provisionedPollerConfig === undefined) return scalingConfig?.maximumConcurrency ?? DEFAULT_CONCURRENCY;
  return (provisionedPollerConfig.maximumPollers ?? MAX_POLLERS) * CONCURRENCY_OF_POLLER;
}

/** Whether there is such a role, and Lambda may act in it. */
function mayTakeRole(arn: string, deployed: readonly Deployed[], { accountId }: Place): boolean {
  const role = find(deployed, "aws:iam/role:Role").find(({ outputs }) => outputs.arn === arn);
  if (!role) return false;
  const { principal, ...request } = takeRoleForLambda(arn, accountId);
  const trust = readPolicy("trust", String(role.registration.inputs.assumeRolePolicy));
  return refusalOf(principal, request, { identity: [], resource: trust }) === undefined;
}

function environmentProblem(variables: Readonly<Record<string, string>>): string | undefined {
  const bytes = Buffer.byteLength(Object.entries(variables).flat().join(""));
  return bytes > MAX_ENVIRONMENT_BYTES
    ? `Expected environment variables of at most ${MAX_ENVIRONMENT_BYTES} bytes, received ${bytes}.`
    : undefined;
}

/** A function's name, from its ARN or itself. */
function functionNameOf(arnOrName: string): string {
  return arnOrName.slice(arnOrName.lastIndexOf(":") + 1);
}
