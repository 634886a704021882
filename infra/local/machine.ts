import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LAYER_PACKAGES } from "../layer.ts";
import { type AccessReports, printLost, printUnlessDenied, reportedAccess } from "./access-reports.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { type EventSourceMapping, startEventSourceMapping } from "./event-source-mapping.ts";
import {
  createFunction,
  type FunctionSettings,
  type HostLayer,
  hostLayer,
  type LocalFunction,
} from "./function-host.ts";
import type { AccessControl, AccessDecision } from "./iam/access-control.ts";
import { credentialVariables } from "./iam/credentials.ts";
import { logAccessOf } from "./iam/log-access.ts";
import { ReplaceableFunction } from "./replaceable-function.ts";
import type { MachineState } from "./state/machine-state.ts";

export interface MachineOptions extends AccessReports {
  /** How much faster the time of queues passes. */
  readonly queueTimeScale: number;
  /** @default 0, any free port */
  readonly port?: number | undefined;
  /** Where objects and messages are kept. Default: in memory alone. */
  readonly state?: MachineState | undefined;
  /** Where each function's log goes, a file each; without it logs are dropped. */
  readonly logFolder?: string | undefined;
  /** Told of each line that a function logs. */
  readonly onLogLine?: ((functionName: string, line: string) => void) | undefined;
}

export type NewFunction = Pick<
  FunctionSettings,
  "name" | "handler" | "codeFolder" | "environment" | "timeoutSeconds" | "memoryMb"
> & {
  /** In which it does all that it does. */
  readonly roleArn: string;
  /** The name of the log group that its lines go to. */
  readonly logGroup: string;
};

interface NewMapping {
  readonly functionName: string;
  readonly queueName: string;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly maximumConcurrency: number;
  readonly reportBatchItemFailures: boolean;
}

interface MachineParts {
  readonly emulator: Emulator;
  readonly access: AccessControl;
  readonly calls: readonly AccessDecision[];
  readonly layer: HostLayer;
}

/** Of one function at once: more than there are cores only wait for each other. */
const PROCESSES = availableParallelism();

/** S3, SNS, SQS and Lambda on this machine. Functions get messages once `start` is called. */
export class Machine {
  readonly emulator: Emulator;
  readonly access: AccessControl;
  /** Every decision about a request so far, if the machine records calls. */
  readonly calls: readonly AccessDecision[];
  readonly #options: MachineOptions;
  readonly #layer: HostLayer;
  readonly #sqs: SQSClient;
  readonly #functions = new Map<string, ReplaceableFunction>();
  /** With the credentials of each function, by its name: Lambda polls in the function's role. */
  readonly #pollers = new Map<string, SQSClient>();
  readonly #planned: NewMapping[] = [];
  readonly #mappings: EventSourceMapping[] = [];

  static async create(options: MachineOptions): Promise<Machine> {
    const { queueTimeScale, port = 0, state, onLost = printLost } = options;
    const { access, calls } = reportedAccess(options);
    const emulator = await startEmulator({ queueTimeScale, port, state, access, onLost });
    if (options.logFolder) await mkdir(options.logFolder, { recursive: true });
    return new Machine(options, { emulator, access, calls, layer: await hostLayer(LAYER_PACKAGES) });
  }

  private constructor(options: MachineOptions, { emulator, access, calls, layer }: MachineParts) {
    this.#options = options;
    this.emulator = emulator;
    this.access = access;
    this.calls = calls;
    this.#layer = layer;
    this.#sqs = new SQSClient(this.clientSettings);
  }

  /** What an AWS SDK client needs to talk to this machine as its owner, who may do everything. */
  get clientSettings() {
    const { endpoint, region } = this.emulator;
    return { endpoint, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  }

  addFunction(settings: NewFunction): void {
    this.#functions.set(settings.name, new ReplaceableFunction(this.#create(settings)));
  }

  /** Exchanges a function for one of the same name. Throws, and changes nothing, if its code can't be loaded. */
  async replaceFunction(settings: NewFunction): Promise<void> {
    await this.#find(settings.name).replace(this.#create(settings));
  }

  #create({ roleArn, logGroup, ...settings }: NewFunction): LocalFunction {
    const { endpoint, region, accountId } = this.emulator;
    const { logFolder, onLogLine } = this.#options;
    const session = { kind: "role", roleArn, sessionName: settings.name } as const;
    const credentials = this.access.takeRole(session);
    // One that a mapping already polls with stays: the same function has the same credentials.
    if (!this.#pollers.has(settings.name)) {
      this.#pollers.set(settings.name, new SQSClient({ ...this.clientSettings, credentials }));
    }
    return createFunction({
      ...settings,
      layerFolders: [this.#layer.folder],
      environment: { ...settings.environment, ...credentialVariables(credentials), AWS_ENDPOINT_URL: endpoint },
      mayLog: logAccessOf(this.access, session, `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}`),
      concurrency: PROCESSES,
      logFile: logFolder && join(logFolder, `${settings.name}.log`),
      onLogLine: onLogLine && ((line) => onLogLine(settings.name, line)),
      region,
      accountId,
    });
  }

  addMapping(mapping: NewMapping): void {
    this.#planned.push(mapping);
  }

  /** A function by its name; throws if there is none. */
  function(name: string): LocalFunction {
    return this.#find(name);
  }

  #find(name: string): ReplaceableFunction {
    const lambda = this.#functions.get(name);
    if (!lambda)
      throw new TypeError(`Expected a function of ${[...this.#functions.keys()].join(", ")}, received ${name}.`);
    return lambda;
  }

  #poller(functionName: string): SQSClient {
    const poller = this.#pollers.get(functionName);
    if (!poller) throw new TypeError(`Expected a function that exists, received ${functionName}.`);
    return poller;
  }

  /** Starts to feed functions from queues; again after functions were added. */
  async start(): Promise<void> {
    await this.emulator.tellNotedChanges();
    const { endpoint, region, accountId, visibilityChanged } = this.emulator;
    for (const { functionName, queueName, maximumConcurrency, ...mapping } of this.#planned.splice(0)) {
      const queueUrl = `${endpoint}/${accountId}/${queueName}`;
      const visibility = { QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout" as const] };
      const sqs = this.#poller(functionName);
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand(visibility));
      this.#mappings.push(
        startEventSourceMapping({
          ...mapping,
          queueUrl,
          queueArn: `arn:aws:sqs:${region}:${accountId}:${queueName}`,
          function: this.function(functionName),
          sqs,
          scalingSqs: this.#sqs,
          // A batch that only waits for a process would lose the time in which its messages are hidden.
          maximumConcurrency: Math.min(maximumConcurrency, PROCESSES),
          visibilityTimeoutSeconds: Number(Attributes.VisibilityTimeout),
          queueTimeScale: this.#options.queueTimeScale,
          changedByFunction: visibilityChanged,
          onError: printUnlessDenied,
        }),
      );
    }
  }

  /**
   * Ends everything and leaves nothing behind but logs and state.
   * @param options.graceSeconds how long running invocations may go on
   */
  async close({ graceSeconds = 0 } = {}): Promise<void> {
    const stopping = Promise.all(this.#mappings.map((mapping) => mapping.stop()));
    const grace = new AbortController();
    await Promise.race([
      stopping,
      setTimeout(graceSeconds * 1000, undefined, { signal: grace.signal }).catch(() => {}),
    ]);
    grace.abort();
    await Promise.all([...this.#functions.values()].map((lambda) => lambda.close()));
    await stopping;
    for (const client of [this.#sqs, ...this.#pollers.values()]) client.destroy();
    await this.emulator.close();
    await this.#layer.dispose();
  }
}
