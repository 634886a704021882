import { availableParallelism } from "node:os";
import { join } from "node:path";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import type { Emulator } from "./emulator.ts";
import { createFunction, type FunctionSettings, type HostLayer, type LocalFunction } from "./function-host.ts";
import type { AccessControl } from "./iam/access-control.ts";
import { credentialVariables } from "./iam/credentials.ts";
import { logAccessOf } from "./iam/log-access.ts";
import { ReplaceableFunction } from "./replaceable-function.ts";

export interface LocalFunctionsParts {
  readonly emulator: Emulator;
  readonly access: AccessControl;
  readonly layer: HostLayer;
  /** What an AWS SDK client needs to talk to the emulator, but for its credentials. */
  readonly clientSettings: SQSClientConfig;
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

/** Of one function at once: more than there are cores only wait for each other. */
export const PROCESSES = availableParallelism();

/** The functions of a machine by their names, each with the credentials of its role. */
export class LocalFunctions {
  readonly #parts: LocalFunctionsParts;
  readonly #functions = new Map<string, ReplaceableFunction>();
  /** With the credentials of each function, by its name: Lambda polls in the function's role. */
  readonly #pollers = new Map<string, SQSClient>();

  constructor(parts: LocalFunctionsParts) {
    this.#parts = parts;
  }

  add(settings: NewFunction): void {
    this.#functions.set(settings.name, new ReplaceableFunction(this.#create(settings)));
  }

  /** Exchanges a function for one of the same name. Throws, and changes nothing, if its code can't be loaded. */
  async replace(settings: NewFunction): Promise<void> {
    await this.get(settings.name).replace(this.#create(settings));
  }

  /** A function by its name; throws if there is none. */
  get(name: string): ReplaceableFunction {
    return this.#find(this.#functions, name);
  }

  /** A client in a function's role. */
  poller(name: string): SQSClient {
    return this.#find(this.#pollers, name);
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((lambda) => lambda.close()));
  }

  /** Ends the pollers' connections, once nobody polls. */
  destroyPollers(): void {
    for (const poller of this.#pollers.values()) poller.destroy();
  }

  #create({ roleArn, logGroup, ...settings }: NewFunction): LocalFunction {
    const { emulator, access, layer, clientSettings, logFolder, onLogLine } = this.#parts;
    const { endpoint, region, accountId } = emulator;
    const session = { kind: "role", roleArn, sessionName: settings.name } as const;
    const credentials = access.takeRole(session);
    // One that a mapping already polls with stays: the same function has the same credentials.
    if (!this.#pollers.has(settings.name)) {
      this.#pollers.set(settings.name, new SQSClient({ ...clientSettings, credentials }));
    }
    return createFunction({
      ...settings,
      layerFolders: [layer.folder],
      environment: { ...settings.environment, ...credentialVariables(credentials), AWS_ENDPOINT_URL: endpoint },
      mayLog: logAccessOf(access, session, `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}`),
      concurrency: PROCESSES,
      logFile: logFolder && join(logFolder, `${settings.name}.log`),
      onLogLine: onLogLine && ((line) => onLogLine(settings.name, line)),
      region,
      accountId,
    });
  }

  #find<Item>(items: ReadonlyMap<string, Item>, name: string): Item {
    const item = items.get(name);
    if (!item) throw new TypeError(`Expected a function of ${[...items.keys()].join(", ")}, received ${name}.`);
    return item;
  }
}
