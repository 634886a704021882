import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LAYER_PACKAGES } from "../layer.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { type EventSourceMapping, startEventSourceMapping } from "./event-source-mapping.ts";
import {
  createFunction,
  type FunctionSettings,
  type HostLayer,
  hostLayer,
  type LocalFunction,
} from "./function-host.ts";

export interface MachineOptions {
  /** How much faster the time of queues passes. */
  readonly queueTimeScale: number;
  /** Where each function's log goes, a file each; without it logs are dropped. */
  readonly logFolder?: string | undefined;
}

type NewFunction = Pick<
  FunctionSettings,
  "name" | "handler" | "codeFolder" | "environment" | "timeoutSeconds" | "memoryMb"
>;

interface NewMapping {
  readonly functionName: string;
  readonly queueName: string;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly maximumConcurrency: number;
  readonly reportBatchItemFailures: boolean;
}

/** Of one function at once: more than there are cores only wait for each other. */
const PROCESSES = availableParallelism();

/** S3, SNS, SQS and Lambda on this machine. Functions get messages once `start` is called. */
export class Machine {
  readonly emulator: Emulator;
  readonly #options: MachineOptions;
  readonly #layer: HostLayer;
  readonly #sqs: SQSClient;
  readonly #functions = new Map<string, LocalFunction>();
  readonly #planned: NewMapping[] = [];
  readonly #mappings: EventSourceMapping[] = [];

  static async create(options: MachineOptions): Promise<Machine> {
    const emulator = await startEmulator({ queueTimeScale: options.queueTimeScale });
    if (options.logFolder) await mkdir(options.logFolder, { recursive: true });
    return new Machine(options, emulator, await hostLayer(LAYER_PACKAGES));
  }

  private constructor(options: MachineOptions, emulator: Emulator, layer: HostLayer) {
    this.#options = options;
    this.emulator = emulator;
    this.#layer = layer;
    this.#sqs = new SQSClient(this.clientSettings);
  }

  /** What an AWS SDK client needs to talk to this machine. */
  get clientSettings() {
    const { endpoint, region } = this.emulator;
    return { endpoint, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  }

  addFunction(settings: NewFunction): void {
    const { endpoint, region, accountId } = this.emulator;
    const { logFolder } = this.#options;
    const lambda = createFunction({
      ...settings,
      layerFolders: [this.#layer.folder],
      environment: { ...settings.environment, AWS_ENDPOINT_URL: endpoint },
      concurrency: PROCESSES,
      logFile: logFolder && join(logFolder, `${settings.name}.log`),
      region,
      accountId,
    });
    this.#functions.set(settings.name, lambda);
  }

  addMapping(mapping: NewMapping): void {
    this.#planned.push(mapping);
  }

  /** A function by its name; throws if there is none. */
  function(name: string): LocalFunction {
    const lambda = this.#functions.get(name);
    if (!lambda)
      throw new TypeError(`Expected a function of ${[...this.#functions.keys()].join(", ")}, received ${name}.`);
    return lambda;
  }

  /** Starts to feed functions from queues. */
  async start(): Promise<void> {
    const { endpoint, region, accountId, visibilityChanged } = this.emulator;
    for (const { functionName, queueName, maximumConcurrency, ...mapping } of this.#planned.splice(0)) {
      const queueUrl = `${endpoint}/${accountId}/${queueName}`;
      const visibility = { QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout" as const] };
      const { Attributes = {} } = await this.#sqs.send(new GetQueueAttributesCommand(visibility));
      this.#mappings.push(
        startEventSourceMapping({
          ...mapping,
          queueUrl,
          queueArn: `arn:aws:sqs:${region}:${accountId}:${queueName}`,
          function: this.function(functionName),
          sqs: this.#sqs,
          // A batch that only waits for a process would lose the time in which its messages are hidden.
          maximumConcurrency: Math.min(maximumConcurrency, PROCESSES),
          visibilityTimeoutSeconds: Number(Attributes.VisibilityTimeout),
          queueTimeScale: this.#options.queueTimeScale,
          changedByFunction: visibilityChanged,
        }),
      );
    }
  }

  /** Ends everything and leaves nothing behind but logs. */
  async close(): Promise<void> {
    const stopping = this.#mappings.map((mapping) => mapping.stop());
    await Promise.all([...this.#functions.values()].map((lambda) => lambda.close()));
    await Promise.all(stopping);
    this.#sqs.destroy();
    await this.emulator.close();
    await this.#layer.dispose();
  }
}
