import { mkdir } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LAYER_PACKAGES } from "../layer.ts";
import { type AccessReports, printLost, printUnlessDenied, reportedAccess } from "./access-reports.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { type EventSourceMapping, startEventSourceMapping } from "./event-source-mapping.ts";
import type { FaultPlan } from "./faults/fault-plan.ts";
import { throttled } from "./faults/throttled.ts";
import { type HostLayer, hostLayer, type LocalFunction } from "./function-host.ts";
import type { AccessControl, AccessDecision } from "./iam/access-control.ts";
import { LocalFunctions, type NewFunction, PROCESSES } from "./local-functions.ts";
import type { MachineState } from "./state/machine-state.ts";
import { countMessages, untilEmpty } from "./until-empty.ts";

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
  /** Where mail goes, a file each, whoever it is for; without it mail is dropped. */
  readonly mailFolder?: string | undefined;
  /** Told of each mail's file. */
  readonly onMail?: ((file: string) => void) | undefined;
  /** What goes wrong. Default: nothing. */
  readonly faults?: FaultPlan | undefined;
}

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

/** S3, SNS, SQS, Lambda, and SES's sending of mail, on this machine. Functions get messages once `start` is called. */
export class Machine {
  readonly emulator: Emulator;
  readonly access: AccessControl;
  /** Every decision about a request so far, if the machine records calls. */
  readonly calls: readonly AccessDecision[];
  readonly #options: MachineOptions;
  readonly #layer: HostLayer;
  readonly #sqs: SQSClient;
  readonly #functions: LocalFunctions;
  readonly #planned: NewMapping[] = [];
  readonly #mappings: EventSourceMapping[] = [];
  /** The queues that feed functions. */
  readonly #feeding: string[] = [];
  /** In seconds of real time. */
  #longestWindow = 0;

  static async create(options: MachineOptions): Promise<Machine> {
    const { queueTimeScale, port = 0, state, faults, onLost = printLost } = options;
    const { access, calls } = reportedAccess(options);
    const mail = { folder: options.mailFolder, onMail: options.onMail };
    const emulator = await startEmulator({
      queueTimeScale,
      port,
      state,
      access,
      onLost,
      mail,
      faults,
      holdsClients: true,
    });
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
    const { clientSettings } = this;
    const { logFolder, onLogLine } = options;
    this.#functions = new LocalFunctions({ emulator, access, layer, clientSettings, logFolder, onLogLine });
  }

  /** What an AWS SDK client needs to talk to this machine as its owner, who may do everything. */
  get clientSettings() {
    const { endpoint, region } = this.emulator;
    return { endpoint, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  }

  addFunction(settings: NewFunction): void {
    this.#functions.add(settings);
  }

  /** Exchanges a function for one of the same name. Throws, and changes nothing, if its code can't be loaded. */
  replaceFunction(settings: NewFunction): Promise<void> {
    return this.#functions.replace(settings);
  }

  addMapping(mapping: NewMapping): void {
    this.#planned.push(mapping);
  }

  /** A function by its name; throws if there is none. */
  function(name: string): LocalFunction {
    return this.#functions.get(name);
  }

  /** Starts to feed functions from queues; again after functions were added. */
  async start(): Promise<void> {
    await this.emulator.open();
    const { endpoint, region, accountId, visibilityChanged } = this.emulator;
    const { faults } = this.#options;
    for (const { functionName, queueName, maximumConcurrency, ...mapping } of this.#planned.splice(0)) {
      const queueUrl = `${endpoint}/${accountId}/${queueName}`;
      const visibility = { QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout" as const] };
      const sqs = this.#functions.poller(functionName);
      this.#feeding.push(queueName);
      // To wait for more messages is part of how long a message takes on its way.
      const window = mapping.maximumBatchingWindowSeconds / this.#options.queueTimeScale;
      this.#longestWindow = Math.max(this.#longestWindow, window);
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand(visibility));
      this.#mappings.push(
        startEventSourceMapping({
          ...mapping,
          maximumBatchingWindowSeconds: window,
          queueUrl,
          queueArn: `arn:aws:sqs:${region}:${accountId}:${queueName}`,
          function: faults ? throttled(this.function(functionName), faults) : this.function(functionName),
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
   * Resolves with whether the functions have done all that is in their queues.
   * @param options.seconds how long to wait for it, beyond the longest batching window
   * @param options.signal ends the waiting
   */
  async settled({ seconds, signal }: { seconds: number; signal?: AbortSignal }): Promise<boolean> {
    return untilEmpty(this.emulator, this.#feeding, { seconds: seconds + this.#longestWindow, signal });
  }

  /** How many messages wait for functions, or are being worked on. */
  async waiting(): Promise<number> {
    return countMessages(this.emulator, this.#feeding);
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
    for (const mapping of this.#mappings) mapping.abandon();
    await this.#functions.close();
    await stopping;
    this.#functions.destroyPollers();
    this.#sqs.destroy();
    await this.emulator.close();
    await this.#layer.dispose();
  }
}
