import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { WorkerSettings } from "../../../runtime/settings.ts";
import { lambdaVariables } from "../../support/lambda-variables.ts";
import { PILLOW_PROCESS } from "../pillow/find-python.ts";
import { subjectCode } from "./subject-code.ts";
import type { Answer, Measured, Ready, Work } from "./work.ts";

export type SubjectName = "ours" | "pillow" | "bare" | "floor";

export const SUBJECT_TITLES = {
  ours: "Image Machine",
  pillow: "Pillow",
  bare: "bare sharp",
  floor: "the floor",
} as const satisfies Record<SubjectName, string>;

export interface SubjectSetup {
  readonly settings: WorkerSettings;
  /** What Lambda would give the worker, in MB. */
  readonly memoryMb: number;
  /** A Python that has Pillow. */
  readonly python: string | undefined;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A process that does work, one piece at a time, and measures itself. */
export class Subject implements AsyncDisposable {
  readonly ready: Ready;
  readonly #process: Child;
  readonly #lines: AsyncIterator<string>;
  readonly #name: SubjectName;

  private constructor(name: SubjectName, child: Child, lines: AsyncIterator<string>, ready: Ready) {
    this.#name = name;
    this.#process = child;
    this.#lines = lines;
    this.ready = ready;
  }

  /** Throws if it does not come up. */
  static async start(name: SubjectName, setup: SubjectSetup): Promise<Subject> {
    const [command, ...args] = await commandOf(name, setup);
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: environmentOf(setup) });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    const ready = await Promise.race([nextLine<Ready>(name, lines), failed]);
    return new Subject(name, child, lines, ready);
  }

  /** Throws if it can't do the work. */
  async ask(work: Work): Promise<Measured> {
    this.#process.stdin.write(`${JSON.stringify(work)}\n`);
    const answer = await nextLine<Answer>(this.#name, this.#lines);
    if ("error" in answer) throw new Error(`${SUBJECT_TITLES[this.#name]}: ${answer.error}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}

async function commandOf(name: SubjectName, { python, settings }: SubjectSetup): Promise<[string, ...string[]]> {
  if (name !== "pillow") return [process.execPath, await subjectCode(name, settings.transform)];
  if (!python) throw new Error("Expected a Python that has Pillow, found none.");
  return [python, PILLOW_PROCESS];
}

/** What a function has on AWS; its log and metrics are silent, since they would be the answers here. */
function environmentOf({ settings, memoryMb }: SubjectSetup): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...lambdaVariables(settings),
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

async function nextLine<Message>(name: SubjectName, lines: AsyncIterator<string>): Promise<Message> {
  const { value, done } = await lines.next();
  if (done) throw new Error(`Expected an answer of ${SUBJECT_TITLES[name]}, and its process ended.`);
  return JSON.parse(value);
}
