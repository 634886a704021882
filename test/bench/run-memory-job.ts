import type { MemoryJob } from "./memory-jobs.ts";
import type { ResultRow } from "./results.ts";
import { estimate, judge, median } from "./statistics.ts";
import { SUBJECT_TITLES, Subject, type SubjectName, type SubjectSetup } from "./subjects/subject.ts";

export interface MemoryRun {
  readonly name: string;
  readonly job: MemoryJob;
  readonly file: string;
  readonly setup: SubjectSetup;
  readonly rounds: number;
}

/** Measures the most memory that a job takes, in a new process each time; files are read when the job asks for them. */
export async function runMemoryJob(run: MemoryRun): Promise<ResultRow> {
  const { name, job, setup, rounds } = run;
  const ours: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await memoryOf("ours", run));
    if (setup.python) others.push(await memoryOf("pillow", run));
  }
  const target = job.target === "the worker's memory" ? setup.memoryMb : job.target;
  const result = estimate(ours);
  return {
    job: name,
    title: job.title,
    measure: "memory",
    ours: median(ours),
    ...(others.length > 0 && { against: SUBJECT_TITLES.pillow, others: median(others) }),
    result,
    target,
    verdict: judge(result, target),
  };
}

async function memoryOf(name: SubjectName, { job, file, setup }: MemoryRun): Promise<number> {
  const { transform, batch = 1, aboveIdle = false } = job;
  await using subject = await Subject.start(name, setup);
  const files = Array.from({ length: batch }, () => file);
  const { peakMb } = await subject.ask({ job: transform, files, times: 1, readMs: 0, writeMs: 0, held: false });
  return aboveIdle ? peakMb - subject.ready.idleMb : peakMb;
}
