import { bodyPasses, readFilterPolicy } from "./emulator/filter-policy.ts";
import { encodeEventKey } from "./emulator/s3-event.ts";
import { readProject } from "./engine/project.ts";
import { type Deployment, runProgram } from "./engine.ts";
import { LocalProvider } from "./local-provider.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import { queueName } from "./queue-name.ts";
import type { Deployed } from "./resource-type.ts";

export interface DeployOptions extends MachineOptions {
  /** Holds Pulumi.yaml. */
  readonly projectFolder: string;
  readonly stack: string;
  /** What the stack is configured by, in place of Pulumi.STACK.yaml. */
  readonly configFile?: string | undefined;
  /** Decides the order in which independent resources are made. */
  readonly seed: number;
}

/** A worker as it runs on this machine. */
export interface DeployedWorker {
  readonly name: string;
  readonly functionName: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Whether the worker is told of an upload with this key. */
  readonly passes: (key: string) => boolean;
}

/** A stack that is up on this machine. */
export interface DeployedStack {
  readonly machine: Machine;
  readonly deployment: Deployment;
  readonly resources: readonly Deployed[];
  readonly uploadsBucket: string;
  readonly outputsBucket: string;
  readonly resultsTopicArn: string;
  readonly workers: readonly DeployedWorker[];
}

/** Runs the Pulumi program of a folder against this machine and starts what it describes. The caller closes the machine. */
export async function deploy(options: DeployOptions): Promise<DeployedStack> {
  const project = await readProject(options.projectFolder, options.stack, options.configFile);
  const machine = await Machine.create(options);
  try {
    const { endpoint, region, accountId } = machine.emulator;
    const provider = new LocalProvider({ region, accountId, queueEndpoint: endpoint }, machine);
    const deployment = await runProgram({ project, provider, seed: options.seed });
    // Only now does everything exist that a message may need.
    await machine.start();
    return toStack(machine, deployment, provider.deployed);
  } catch (error) {
    await machine.close();
    throw error;
  }
}

/** A stack of which everything exists. */
export function toStack(machine: Machine, deployment: Deployment, resources: readonly Deployed[]): DeployedStack {
  return { machine, deployment, resources, ...readOutputs(deployment) };
}

interface StackOutputs {
  readonly uploadsBucket: string;
  readonly outputsBucket: string;
  readonly resultsTopicArn: string;
  readonly workers: Readonly<Record<string, Omit<DeployedWorker, "name" | "passes">>>;
}

function readOutputs(deployment: Deployment) {
  const { workers, ...outputs } = deployment.outputs as unknown as StackOutputs;
  return {
    ...outputs,
    workers: Object.entries(workers).map(([name, worker]) => ({
      ...worker,
      name,
      passes: filterOf(deployment, worker.queueUrl),
    })),
  };
}

/** The filter policies of all subscriptions that end in a queue, as a test of an upload's key. */
function filterOf({ registrations }: Deployment, queueUrl: string): (key: string) => boolean {
  const policies = registrations
    .filter(
      ({ type, inputs }) =>
        type === "aws:sns/topicSubscription:TopicSubscription" &&
        queueName(String(inputs.endpoint)) === queueName(queueUrl),
    )
    .map(({ inputs }) => readFilterPolicy(String(inputs.filterPolicy ?? "{}"), "MessageBody"));
  return (key) => {
    const event = JSON.stringify({ Records: [{ s3: { object: { key: encodeEventKey(key) } } }] });
    return policies.some((policy) => bodyPasses(policy, event));
  };
}
