import { readOptions } from "../../runtime/options.ts";
import type { Registry } from "../../runtime/registry.ts";
import { readWorkerSettings, type Selection, WORKER_SETTINGS } from "../../runtime/settings.ts";
import type { PlannedStack, PlannedWorker } from "../estimate/planned-stack.ts";
import type { WorkerScaling } from "../estimate/pollers.ts";
import type { PlannedResource } from "./plan.ts";

type Inputs = Readonly<Record<string, unknown>>;

const WORKER_TYPE = "image-machine:infra:Worker";
const FUNCTION_TYPE = "aws:lambda/function:Function";
const MAPPING_TYPE = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE_TYPE = "aws:sqs/queue:Queue";
const SUBSCRIPTION_TYPE = "aws:sns/topicSubscription:TopicSubscription";

/** What a plan registers of each worker, as an estimate needs it. Throws a `TypeError` if it has no worker. */
export function plannedStack(name: string, resources: readonly PlannedResource[], transforms: Registry): PlannedStack {
  const names = resources.filter(({ type }) => type === WORKER_TYPE).map((resource) => resource.name);
  const [first] = names;
  if (first === undefined) throw new TypeError(`Expected a stack with workers for --stack, received ${name}.`);
  const subscriptions = resources.filter(
    ({ type, name, inputs }) => type === SUBSCRIPTION_TYPE && inputs.protocol === "sqs" && names.includes(name),
  );
  const { resultsTopicArn, uploadsBucket, outputsBucket } = settingsOf(resources, first);
  const [, , , region = ""] = resultsTopicArn.split(":");
  return {
    name,
    region,
    ingest: subscriptions.length > 0 ? "sns" : "eventbridge",
    filters: subscriptions.filter(({ inputs }) => inputs.filterPolicy !== undefined).length,
    isOneBucket: uploadsBucket === outputsBucket,
    workers: names.map((worker) => plannedWorker(worker, resources, transforms)),
  };
}

function plannedWorker(name: string, resources: readonly PlannedResource[], transforms: Registry): PlannedWorker {
  const lambda = inputsOf(resources, FUNCTION_TYPE, name);
  const mapping = inputsOf(resources, MAPPING_TYPE, name);
  const queue = queueOf(resources, mapping);
  const settings = settingsOf(resources, name);
  const transform = transforms.get(settings.transform);
  const [architecture = "x86_64"] = lambda.architectures as string[];
  return {
    name,
    use: settings.transform,
    transform,
    options: readOptions(transform.options, settings.options, name),
    isSelective: isSelective(settings.selection),
    memoryMb: Number(lambda.memorySize),
    timeoutSeconds: Number(lambda.timeout),
    architecture,
    batchSize: Number(mapping.batchSize),
    scaling: scalingOf(mapping),
    visibilityTimeoutSeconds: Number(queue.visibilityTimeoutSeconds),
    maxReceiveCount: JSON.parse(String(queue.redrivePolicy)).maxReceiveCount,
    retentionSeconds: Number(queue.messageRetentionSeconds),
  };
}

function isSelective({ prefix, include, exclude }: Selection): boolean {
  return prefix !== "" || include.length > 0 || exclude.length > 0;
}

function scalingOf({ scalingConfig, provisionedPollerConfig }: Inputs): WorkerScaling {
  return (scalingConfig ?? provisionedPollerConfig) as WorkerScaling;
}

function settingsOf(resources: readonly PlannedResource[], name: string) {
  const { variables } = inputsOf(resources, FUNCTION_TYPE, name).environment as { variables: Record<string, string> };
  return readWorkerSettings({ [WORKER_SETTINGS]: variables[WORKER_SETTINGS] });
}

/** The queue that a mapping reads, told by the name that Pulumi made of its own. */
function queueOf(resources: readonly PlannedResource[], { eventSourceArn }: Inputs): Inputs {
  const queueName = String(eventSourceArn).split(":").at(-1) ?? "";
  const queue = resources.find(({ type, name }) => type === QUEUE_TYPE && queueName.startsWith(`${name}-`));
  if (!queue) throw new TypeError(`Expected the queue of ${eventSourceArn} in the plan, found none.`);
  return queue.inputs;
}

function inputsOf(resources: readonly PlannedResource[], type: string, name: string): Inputs {
  const found = resources.find((resource) => resource.type === type && resource.name === name);
  if (!found) throw new TypeError(`Expected a ${type} named ${name} in the plan, found none.`);
  return found.inputs;
}
