import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { FunctionSettings } from "../function-host.ts";
import { environmentVariables, functionArn } from "./environment-variables.ts";
import type { Invocation, InvocationRequest, RuntimeAnswer } from "./invocation.ts";
import { RUNNER_FILE } from "./runner-file.ts";

/** One execution environment; it runs one invocation at a time. */
export interface RuntimeProcess {
  /** Whether it can take another invocation. */
  readonly alive: boolean;
  readonly pid: number | undefined;
  /** Resolves when the process is gone and its output is read. */
  readonly exited: Promise<unknown>;
  /** Gives why the code can't be loaded, if it can't. */
  load(): Promise<string | undefined>;
  /** The event is JSON. */
  invoke(event: string): Promise<Invocation>;
  end(): Promise<void>;
}

/** What one execution environment has for itself, and where its lines go. */
interface RuntimeSurroundings {
  readonly taskFolder: string;
  readonly logStream: string;
  readonly log: (line: string) => void;
}

type Answer = RuntimeAnswer | { readonly kind: "exited"; readonly reason: string } | { readonly kind: "late" };

/** Lambda gives code this long to load and then, if it was not enough, once more the function's time-out. */
const INIT_SECONDS = 10;

/** As in Lambda's own start of Node.js; the rest is for buffers and native memory. */
const HEAP_SHARE = 0.9;

export function startRuntimeProcess(
  settings: FunctionSettings,
  { taskFolder, logStream, log }: RuntimeSurroundings,
): RuntimeProcess {
  const child = fork(RUNNER_FILE, [], {
    cwd: taskFolder,
    env: environmentVariables(settings, { taskFolder, logStream }),
    // Explicit: by default a child inherits this process's own loaders.
    execArgv: [`--max-old-space-size=${Math.floor(settings.memoryMb * HEAP_SHARE)}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = exitOf(child, log);
  let alive = true;
  let last: Answer | undefined;
  let settle: (answer: Answer) => void = () => {};
  child.on("message", (message: RuntimeAnswer) => settle(message));
  void exited.then((reason) => {
    alive = false;
    last = { kind: "exited", reason };
    settle(last);
  });
  const loaded = nextAnswer();

  return {
    get alive() {
      return alive;
    },
    pid: child.pid,
    exited,
    load,
    invoke,
    end,
  };

  async function load(): Promise<string | undefined> {
    const invocation = await failureToLoad();
    if (invocation?.outcome === "threw") return `${invocation.error.errorType}: ${invocation.error.errorMessage}`;
    if (invocation?.outcome === "crashed") return `The process ended: ${invocation.reason}`;
    return invocation && "The code took too long to load.";
  }

  async function failureToLoad(): Promise<Invocation | undefined> {
    const first = await within(INIT_SECONDS + settings.timeoutSeconds, loaded);
    return first.kind === "loaded" ? undefined : conclude(first);
  }

  async function invoke(event: string): Promise<Invocation> {
    const { timeoutSeconds } = settings;
    const failure = await failureToLoad();
    if (failure) return failure;
    const request: InvocationRequest = {
      requestId: randomUUID(),
      functionArn: functionArn(settings),
      deadline: Date.now() + timeoutSeconds * 1000,
      event,
    };
    const answer = nextAnswer();
    // A failure to send is followed by the process's exit, which answers.
    child.send(request, () => {});
    return conclude(await within(timeoutSeconds, answer));
  }

  async function conclude(answer: Answer): Promise<Invocation> {
    if (answer.kind === "returned") return { outcome: "returned", value: JSON.parse(answer.value) };
    if (answer.kind === "threw") return { outcome: "threw", error: answer.error };
    await end();
    if (answer.kind === "notLoaded") return { outcome: "threw", error: answer.error };
    if (answer.kind === "exited") {
      log(`Runtime ended: ${answer.reason}`);
      return { outcome: "crashed", reason: answer.reason };
    }
    log(`Task timed out after ${settings.timeoutSeconds.toFixed(2)} seconds`);
    return { outcome: "timedOut" };
  }

  async function end(): Promise<void> {
    alive = false;
    child.kill("SIGKILL");
    await exited;
  }

  /** One is awaited at a time; after the process's exit there is no other. */
  function nextAnswer(): Promise<Answer> {
    return new Promise((resolve) => {
      if (last) resolve(last);
      else settle = resolve;
    });
  }
}

/** Why a process ended, once it has. */
function exitOf(child: ChildProcess, log: (line: string) => void): Promise<string> {
  let outOfMemory = false;
  forEachLine(child.stdout, log);
  forEachLine(child.stderr, (line) => {
    outOfMemory ||= line.startsWith("FATAL ERROR:") && line.endsWith("JavaScript heap out of memory");
    log(line);
  });
  return new Promise((resolve) => {
    child.on("error", (error) => {
      log(error.message);
      if (child.pid === undefined) resolve(error.message);
    });
    child.on("close", (code, signal) => {
      if (outOfMemory) resolve("out of memory");
      else resolve(signal ? `signal ${signal}` : `exit code ${code}`);
    });
  });
}

function forEachLine(stream: Readable | null, use: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on("line", use);
}

async function within(seconds: number, answer: Promise<Answer>): Promise<Answer> {
  const { promise: late, resolve } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => resolve({ kind: "late" }), seconds * 1000);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
