import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cellDifferences, fidelityProblems } from "./fidelity/check.ts";
import type { Job } from "./jobs.ts";
import type { ResultRow } from "./results.ts";
import { judge, median, ratioOf } from "./statistics.ts";
import { SUBJECT_TITLES, Subject, type SubjectName, type SubjectSetup } from "./subjects/subject.ts";
import type { Measured, Outputs, Work } from "./subjects/work.ts";

export interface JobRun {
  readonly name: string;
  readonly job: Job;
  /** The file that is worked on. */
  readonly file: string;
  readonly setup: SubjectSetup;
  readonly rounds: number;
  /** An empty folder for what is checked. */
  readonly keep: string;
}

export interface JobResult {
  readonly rows: readonly ResultRow[];
  readonly problems: readonly string[];
  /** How far cells are from Pillow's, in levels of 255, by variant. */
  readonly cellDifferences: ReadonlyMap<string, number>;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Measures all subjects of a job side by side: in each round every one of them works once, and who goes first changes. The first
 * time is not measured; its outputs are checked.
 */
export async function runJob({ name, job, file, setup, rounds, keep }: JobRun): Promise<JobResult> {
  const names = subjectsOf(job, setup.python !== undefined);
  await using subjects = new AsyncDisposableStack();
  const started = new Map<SubjectName, Subject>();
  for (const subject of names) started.set(subject, subjects.use(await Subject.start(subject, setup)));
  const work = workOf(job, file);

  const kept = new Map<SubjectName, Outputs>();
  for (const [subject, running] of started) {
    await running.ask({ ...work, times: 1, keep: join(keep, subject) });
    kept.set(subject, await readOutputs(join(keep, subject)));
  }
  const source = await readFile(file);
  const compared = { source, ours: kept.get("ours") ?? new Map(), pillow: kept.get("pillow") };
  const problems = await fidelityProblems(job.fidelity, compared);
  const differences = job.fidelity === "pixelate" ? await cellDifferences(compared) : new Map();

  const measured = new Map<SubjectName, Measured[]>(names.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of round % 2 === 0 ? names : names.toReversed()) {
      const answer = await started.get(subject)?.ask(work);
      if (answer) measured.get(subject)?.push(answer);
    }
  }
  const versions = started.get("pillow")?.ready.versions ?? {};
  return { rows: rowsOf(name, job, measured), problems, cellDifferences: differences, versions };
}

/** Ours first; without those that are not here. */
export function subjectsOf({ compare }: Job, hasPillow: boolean): SubjectName[] {
  const others = new Set(compare.map(({ against }) => against));
  return ["ours", ...[...others].filter((other) => hasPillow || other !== "pillow")];
}

function workOf({ transform, batch = 1, times = 1, latency = { readMs: 0, writeMs: 0 } }: Job, file: string): Work {
  return { job: transform, files: Array.from({ length: batch }, () => file), times, ...latency, held: true };
}

function rowsOf(name: string, job: Job, measured: ReadonlyMap<SubjectName, readonly Measured[]>): ResultRow[] {
  const { title, times = 1, compare } = job;
  return compare.flatMap(({ against, measure, target }) => {
    const timesOf = (subject: SubjectName) =>
      (measured.get(subject) ?? []).map(({ wallMs, cpuMs }) => (measure === "wall" ? wallMs : cpuMs) / times);
    const [ours, others] = [timesOf("ours"), timesOf(against)];
    if (others.length === 0) return [];
    const result = ratioOf(ours, others);
    return {
      job: name,
      title,
      measure,
      ours: median(ours),
      against: SUBJECT_TITLES[against],
      others: median(others),
      result,
      ...(target !== undefined && { target }),
      verdict: judge(result, target),
    };
  });
}

async function readOutputs(folder: string): Promise<Outputs> {
  const files = await readdir(folder);
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file))] as const)));
}
