import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { MachineStatus } from "../../infra/local/status.ts";
import { readAddress, stateFolder } from "../../infra/machine-address.ts";

/** `npm start` without files, in a process of its own. */
export interface Serving {
  /** All that it has printed so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line that matches, printed already or not; rejects if the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** Sends a signal; resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts to serve a project, and resolves when that is up. */
export async function startServing(projectFolder: string, ...args: string[]): Promise<Serving> {
  const child = run(projectFolder, "local/start-command.ts", args);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", (line) => lines.push(line) && tell());
  }
  const closed = once(child, "close");
  void closed.then(tell);

  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = lines.find((candidate) => pattern.test(candidate));
        if (found === undefined && child.exitCode === null && child.signalCode === null) return;
        listeners.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`Expected a line like ${pattern}, received an end after:\n${lines.join("\n")}`));
      };
      listeners.add(look);
      look();
    });
  await line(/Ctrl-C stops/);
  return {
    lines,
    line,
    end: async (signal) => {
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

/** Runs a command of a project to its end. @param command its file in infra/ */
export async function runToEnd(projectFolder: string, command: string, ...args: string[]): Promise<Ended> {
  const child = run(projectFolder, command, args);
  const closed = once(child, "close");
  const [output, errors] = await Promise.all([
    child.stdout ? text(child.stdout) : "",
    child.stderr ? text(child.stderr) : "",
  ]);
  await closed;
  return { exitCode: child.exitCode, output, errors };
}

/** What `npm run status` shows, without a process for each look. */
export async function statusOf(projectFolder: string): Promise<MachineStatus> {
  const { statusUrl = "", token } = readAddress(stateFolder(projectFolder, "dev")) ?? {};
  const response = await fetch(new URL("status", statusUrl), { headers: { authorization: `Bearer ${token}` } });
  return response.json() as Promise<MachineStatus>;
}

/** A port that nobody has now. */
export async function freePort(): Promise<number> {
  // Not from those that the system gives to whoever asks for any: it would be given away between two starts.
  const port = randomInt(20_000, 32_000);
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return freePort();
  }
  server.close();
  await once(server, "close");
  return port;
}

function run(projectFolder: string, command: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(projectFolder, "infra", command), ...args], {
    cwd: projectFolder,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
