import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ALL_DECODERS, type Decoder } from "./image-cases.ts";

/** What is fuzzed: a decoder by images, or the reader of events. */
export type Subject = Decoder | "events";

export const SUBJECTS: readonly Subject[] = [...ALL_DECODERS, "events"];

export interface CaseRange {
  /** `mixed` takes the subjects in turn. */
  readonly subject: Subject | "mixed";
  readonly seed: number;
  readonly from: number;
  /** The first that is not run. */
  readonly to: number;
}

export type CaseAnswer =
  | { readonly kind: "begun"; readonly number: number }
  | { readonly kind: "ended"; readonly number: number; readonly outcome: string }
  | { readonly kind: "finished"; readonly peakMb: number };

/** How cases of one subject ended. */
export interface Tally {
  readonly subject: CaseRange["subject"];
  readonly cases: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Cases that ended in none of the ways that are allowed. */
  readonly findings: readonly { readonly number: number; readonly outcome: string }[];
  /** Resident memory of the process at its peak. */
  readonly peakMb: number;
}

export interface CaseProcess {
  /** The program that runs the cases. */
  readonly file: string;
  /** A case that takes longer hangs. */
  readonly hangMs: number;
}

const PROCESS: CaseProcess = { file: fileURLToPath(new URL("fuzz-process.ts", import.meta.url)), hangMs: 10_000 };

/** A new process has to load all that it runs first. */
const START_MS = 60_000;

/** A failure that says that a transform does not do what it declares: those of this project do, whatever the source. */
const BLAMES_TRANSFORM = /TRANSFORM_FAILED|VARIANT_|WORKER_FAILED/;

/** `done`, a skip or a failure with a code; anything else is a finding. */
const ALLOWED = /^(done|removed|nothing to do|(skipped|failed) [A-Z_]+)(, (done|removed|(skipped|failed) [A-Z_]+))*$/;

/** Runs cases in a process of their own; one that takes it down is counted, and the rest is run in the next. */
export async function runCases(range: CaseRange, process = PROCESS): Promise<Tally> {
  const outcomes = new Map<string, number>();
  const findings: { number: number; outcome: string }[] = [];
  let peakMb = 0;
  const count = (number: number, outcome: string) => {
    const name = outcome.split(" | ")[0] ?? outcome;
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    if (!ALLOWED.test(outcome) || BLAMES_TRANSFORM.test(outcome)) findings.push({ number, outcome });
  };
  let from = range.from;
  while (from < range.to) {
    const ended = await runInProcess({ ...range, from }, process, count);
    if (ended.died) count(ended.next - 1, ended.died);
    peakMb = Math.max(peakMb, ended.peakMb);
    from = ended.next;
  }
  const cases = range.to - range.from;
  return { subject: range.subject, cases, outcomes: Object.fromEntries(outcomes), findings, peakMb };
}

interface ProcessEnd {
  /** Where the next process begins. */
  readonly next: number;
  readonly peakMb: number;
  /** How the process ended before it was done. */
  readonly died?: string;
}

function runInProcess(
  range: CaseRange,
  { file, hangMs }: CaseProcess,
  onEnded: (number: number, outcome: string) => void,
): Promise<ProcessEnd> {
  const child: ChildProcess = fork(file, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
  let current = range.from;
  let peakMb = 0;
  let isDone = false;
  let hangs = false;
  let timer: NodeJS.Timeout;
  const watch = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      hangs = true;
      child.kill("SIGKILL");
    }, milliseconds);
  };
  watch(START_MS);
  child.on("message", (answer: CaseAnswer) => {
    if (answer.kind === "begun") {
      current = answer.number;
      watch(hangMs);
    } else if (answer.kind === "ended") onEnded(answer.number, answer.outcome);
    else {
      peakMb = answer.peakMb;
      isDone = true;
      child.disconnect();
    }
  });
  child.on("exit", (code, signal) => {
    clearTimeout(timer);
    if (isDone) resolve({ next: range.to, peakMb });
    else resolve({ next: current + 1, peakMb, died: hangs ? "HANG" : `CRASH ${signal ?? `exit code ${code}`}` });
  });
  child.send(range);
  return promise;
}
