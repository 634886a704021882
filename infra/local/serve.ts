import { readAddress, removeAddress, stateFolder, writeAddress } from "../machine-address.ts";
import { type DeployedStack, deploy } from "./deploy.ts";
import { readProject } from "./engine/project.ts";
import { Redeployer } from "./redeploy.ts";
import { mailLine, reportLine, toReport } from "./report.ts";
import { type KeyResult, watchPublished } from "./results.ts";
import { watchCrashes } from "./serve/crash-watch.ts";
import { greeting } from "./serve/greeting.ts";
import { keepDeployed } from "./serve/keep-deployed.ts";
import { ResultCounts } from "./serve/result-counts.ts";
import { startStatusServer } from "./serve/status-server.ts";
import { claimTemporaryFolder } from "./serve/temporary-folder.ts";
import { type MachineState, openState, StateInUseError } from "./state/machine-state.ts";
import { statusOf } from "./status.ts";

export interface ServeOptions {
  readonly projectFolder: string;
  readonly stackName: string;
  /** What the stack is configured by, in place of Pulumi.STACK.yaml. */
  readonly configFile?: string | undefined;
  readonly seed: number;
  readonly queueTimeScale: number;
  readonly port: number;
  readonly logFolder: string;
  readonly mailFolder: string;
  /** Whether functions' logs are printed as well. */
  readonly verbose: boolean;
  readonly print: (line: string) => void;
  /** Ends the serving. */
  readonly signal: AbortSignal;
}

/** What running invocations get to end when the machine is stopped. */
const GRACE_SECONDS = 5;

/** Serves a stack until the signal: its state is kept, its sources are watched, and each result is a line. */
export async function serve(options: ServeOptions): Promise<void> {
  const { projectFolder, stackName, configFile, print, signal } = options;
  const folder = stateFolder(projectFolder, stackName);
  // A stack that there is not gets no state.
  await readProject(projectFolder, stackName, configFile);
  await using ending = new AsyncDisposableStack();
  const state = claimState(folder);
  ending.defer(() => state.close());
  ending.defer(claimTemporaryFolder(folder));

  const first = await deployOnPort(options, state);
  ending.defer(() => first.machine.close({ graceSeconds: GRACE_SECONDS }));
  const redeployer = new Redeployer(first, options);
  const counts = new ResultCounts();
  const onResult = (result: KeyResult) => {
    if (counts.add(result)) print(reportLine(result.key, toReport(result)));
  };
  ending.defer(await watchPublished(first, onResult));
  ending.defer(await watchCrashes(() => redeployer.stack, onResult));

  const startedAt = new Date();
  const countsOf = (worker: string) => counts.of(worker);
  const server = await startStatusServer({
    status: () => statusOf(redeployer.stack, { stackName, startedAt, countsOf }),
    outputs: () => redeployer.stack.deployment.outputs,
  });
  ending.defer(() => server.close());
  const { endpoint } = first.machine.emulator;
  writeAddress(folder, { processId: process.pid, endpoint, statusUrl: server.url, token: server.token });
  ending.defer(() => removeAddress(folder));
  const watch = keepDeployed(redeployer, { projectFolder, print });
  ending.defer(() => watch.close());

  print(greeting(first, folder));
  await untilAborted(signal);
  print("Stopping: what runs has a few seconds to end; the rest waits for the next start.");
}

/** Throws a `TypeError` that names the machine that has the state. */
function claimState(folder: string): MachineState {
  try {
    return openState(folder);
  } catch (error) {
    if (!(error instanceof StateInUseError)) throw error;
    const { endpoint, processId } = readAddress(folder) ?? {};
    const where = endpoint ? `one at ${endpoint} (process ${processId})` : "one that is starting";
    throw new TypeError(`Expected no other machine on ${folder}, received ${where}.`, { cause: error });
  }
}

async function deployOnPort(options: ServeOptions, state: MachineState): Promise<DeployedStack> {
  const { stackName: stack, configFile, port, verbose, print } = options;
  const { projectFolder, seed, queueTimeScale, logFolder, mailFolder } = options;
  // `image-machine-dev-thumbnail` is the function of the worker `thumbnail`.
  const workerOf = (functionName: string) => functionName.split(`-${stack}-`).at(-1) ?? functionName;
  const onLogLine = verbose
    ? (functionName: string, line: string) => print(`${workerOf(functionName)} | ${line}`)
    : undefined;
  try {
    const onMail = (file: string) => print(mailLine(file));
    const folders = { projectFolder, configFile, logFolder, mailFolder };
    return await deploy({ ...folders, stack, seed, queueTimeScale, port, state, onLogLine, onMail });
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    throw new TypeError(
      `Expected a free port, received ${port}, which another program has. Choose another with --port.`,
      { cause: error },
    );
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
