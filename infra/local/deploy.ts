import { readProject } from "./engine/project.ts";
import { type Deployment, runProgram } from "./engine.ts";
import { existingBuckets } from "./existing-buckets.ts";
import { LocalProvider } from "./local-provider.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import type { Deployed } from "./resource-type.ts";
import { type UploadTest, uploadTest } from "./upload-test.ts";

export interface DeployOptions extends MachineOptions {
  /** Holds Pulumi.yaml. */
  readonly projectFolder: string;
  readonly stack: string;
  /** What the stack is configured by, in place of Pulumi.STACK.yaml. */
  readonly configFile?: string | undefined;
  /** Decides the order in which independent resources are made. */
  readonly seed: number;
  /** Buckets that are there before the program runs, and tell EventBridge. Default: those that the stack's configuration names. */
  readonly existingBuckets?: readonly string[] | undefined;
}

/** A worker as it runs on this machine. */
export interface DeployedWorker {
  readonly name: string;
  /** The name of its transform. */
  readonly transform: string;
  readonly functionName: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Absent in programs whose workers have none. */
  readonly undeliveredQueueUrl?: string;
  /** Whether the worker is told of an upload with this key, as it is stored: below `uploadsPrefix`. */
  readonly passes: UploadTest;
}

/** A stack that is up on this machine. */
export interface DeployedStack {
  readonly machine: Machine;
  readonly deployment: Deployment;
  readonly resources: readonly Deployed[];
  readonly uploadsBucket: string;
  readonly outputsBucket: string;
  /** What keys of uploads start with in their bucket: "", or a text that ends with a slash. */
  readonly uploadsPrefix: string;
  /** The same, of outputs. */
  readonly outputsPrefix: string;
  readonly resultsTopicArn: string;
  readonly workers: readonly DeployedWorker[];
}

/** Runs the Pulumi program of a folder against this machine and starts what it describes. The caller closes the machine. */
export async function deploy(options: DeployOptions): Promise<DeployedStack> {
  const project = await readProject(options.projectFolder, options.stack, options.configFile);
  const owned = options.existingBuckets ?? existingBuckets(project);
  const machine = await Machine.create(options);
  try {
    for (const bucket of owned) await makeAsOwner(machine, bucket);
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
  const { workers, ...outputs } = deployment.outputs as unknown as StackOutputs;
  const { region, accountId } = machine.emulator;
  const place = { bucket: outputs.uploadsBucket, region, accountId };
  return {
    machine,
    deployment,
    resources,
    uploadsPrefix: "",
    outputsPrefix: "",
    ...outputs,
    workers: Object.entries(workers).map(([name, worker]) => ({
      ...worker,
      name,
      passes: uploadTest(resources, { ...place, queueUrl: worker.queueUrl }),
    })),
  };
}

interface StackOutputs {
  readonly uploadsBucket: string;
  readonly outputsBucket: string;
  readonly uploadsPrefix?: string;
  readonly outputsPrefix?: string;
  readonly resultsTopicArn: string;
  readonly workers: Readonly<Record<string, Omit<DeployedWorker, "name" | "passes">>>;
}

/** Makes a bucket that the stack takes for granted. */
async function makeAsOwner({ emulator }: Machine, bucket: string): Promise<void> {
  await emulator.createBucket(bucket);
  await emulator.putBucketNotification(bucket, { topics: [], eventBridge: true });
  console.error(`Made bucket ${bucket} with EventBridge switched on, as its owner would have.`);
}
