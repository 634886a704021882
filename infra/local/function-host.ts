import pLimit from "p-limit";
import { functionArn, logStreamName } from "./function-host/environment-variables.ts";
import type { Invocation } from "./function-host/invocation.ts";
import { openLog } from "./function-host/log.ts";
import { type RuntimeProcess, startRuntimeProcess } from "./function-host/runtime-process.ts";
import { copyToTaskFolder } from "./function-host/task-folder.ts";

export { type HostLayer, hostLayer } from "./function-host/host-layer.ts";
export type { HandlerError, Invocation } from "./function-host/invocation.ts";

export interface FunctionSettings {
  readonly name: string;
  /** As on Lambda: `index.handler`. */
  readonly handler: string;
  /** What AWS would get as the function's code. It is copied away, so that nothing around it can be reached. */
  readonly codeFolder: string;
  /** What AWS would unpack to /opt: each holds nodejs/node_modules. */
  readonly layerFolders: readonly string[];
  /** The function's own variables; they win over those that Lambda sets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** How many invocations may run at once; more wait. */
  readonly concurrency: number;
  /** Where the lines of both output streams are appended; without it they are dropped. */
  readonly logFile?: string | undefined;
  /** Whether a line may go to a log stream, of which each process has one; those that may not are dropped. Default: all may. */
  readonly mayLog?: ((logStream: string) => boolean) | undefined;
  /** Told of every line as well. */
  readonly onLogLine?: ((line: string) => void) | undefined;
  readonly region: string;
  readonly accountId: string;
}

export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  /** Of the processes that are warm or at work. */
  readonly processIds: readonly number[];
  /** Starts a process if none is warm, and gives why it can't load the code, if it can't. */
  load(): Promise<string | undefined>;
  /** Resolves however the invocation ends; rejects only when the function is closed before it starts. */
  invoke(event: unknown): Promise<Invocation>;
  /** Ends every process, those that run an invocation included, and resolves when all have exited. */
  close(): Promise<void>;
}

/** A Lambda function on this machine: one process per concurrent invocation, kept warm between invocations. */
export function createFunction(settings: FunctionSettings): LocalFunction {
  const limit = pLimit(settings.concurrency);
  const taskFolder = copyToTaskFolder(settings);
  const log = openLog(settings.logFile, settings.onLogLine);
  const living = new Set<RuntimeProcess>();
  const warm: RuntimeProcess[] = [];
  let closing: Promise<void> | undefined;

  return {
    name: settings.name,
    arn: functionArn(settings),
    get processIds() {
      return [...living].flatMap(({ pid }) => pid ?? []);
    },
    load: () => limit(load),
    invoke: (event) => limit(() => run(event)),
    close: () => {
      closing ??= end();
      return closing;
    },
  };

  async function run(event: unknown): Promise<Invocation> {
    if (closing) throw new Error(`Function ${settings.name} is closed.`);
    const json = JSON.stringify(event) ?? "null";
    const runtime = takeWarm() ?? start();
    const invocation = await runtime.invoke(json);
    if (runtime.alive) warm.push(runtime);
    return invocation;
  }

  async function load(): Promise<string | undefined> {
    const runtime = takeWarm() ?? start();
    const problem = await runtime.load();
    if (runtime.alive) warm.push(runtime);
    return problem;
  }

  /** A process may have died since its last invocation, of what that invocation left behind. */
  function takeWarm(): RuntimeProcess | undefined {
    let candidate = warm.pop();
    while (candidate && !candidate.alive) candidate = warm.pop();
    return candidate;
  }

  function start(): RuntimeProcess {
    const logStream = logStreamName();
    const { mayLog = () => true } = settings;
    const runtime = startRuntimeProcess(settings, {
      taskFolder: taskFolder.path,
      logStream,
      log: (line) => mayLog(logStream) && log.write(line),
    });
    living.add(runtime);
    void runtime.exited.then(() => living.delete(runtime));
    return runtime;
  }

  async function end(): Promise<void> {
    await Promise.all([...living].map((runtime) => runtime.end()));
    await log.close();
    await taskFolder.remove();
  }
}
