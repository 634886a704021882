import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../runtime/errors.ts";
import { type Registry, readTransforms } from "../../runtime/registry.ts";
import { PROJECT_ROOT } from "../support/project-files.ts";
import { drawInputs } from "./inputs/inputs.ts";
import { JOBS, type Job } from "./jobs.ts";
import { thisMachine } from "./machine.ts";
import { MEMORY_JOBS, type MemoryJob } from "./memory-jobs.ts";
import { findPython, NO_PILLOW } from "./pillow/find-python.ts";
import type { BenchResults, JobFailure, ResultRow } from "./results.ts";
import { runJob } from "./run-job.ts";
import { runMemoryJob } from "./run-memory-job.ts";
import { setupOf } from "./settings.ts";

export interface BenchOptions {
  /** By their names. */
  readonly jobs: Readonly<Record<string, Job>>;
  readonly memoryJobs: Readonly<Record<string, MemoryJob>>;
  readonly rounds: number;
  /** Whether Pillow is looked for. Default: true. */
  readonly withPillow?: boolean;
  readonly onProgress: (line: string) => void;
}

/** Processes are new in each round, so that more of them tell little. */
const MEMORY_ROUNDS = 3;

const RATIOS = "Ratios are of medians; their ranges hold the ratios of the rounds but for the tenth at either end.";

/** Runs jobs one after the other; one that fails is told of, and the others run. */
export async function runBench(options: BenchOptions): Promise<BenchResults> {
  const { jobs, memoryJobs, onProgress } = options;
  const python = options.withPillow === false ? undefined : await findPython();
  if (!python) onProgress(NO_PILLOW);
  const transforms = await readTransforms(join(PROJECT_ROOT, "transforms"));
  const folder = await mkdtemp(join(tmpdir(), "image-machine-bench-"));
  try {
    onProgress("Drawing what the jobs work on.");
    const names = [...Object.values(jobs), ...Object.values(memoryJobs)].map(({ input }) => input);
    const fileOf = await drawInputs(join(folder, "inputs"), names);
    const rows: ResultRow[] = [];
    const failures: JobFailure[] = [];
    const found: string[] = [];
    let versions: Readonly<Record<string, string>> = {};
    const attempt = async (job: string, run: () => Promise<readonly string[]>) => {
      onProgress(job);
      const problems = await run().catch((error) => [messageOf(error)]);
      if (problems.length > 0) failures.push({ job, problems });
    };
    for (const [name, job] of Object.entries(jobs)) {
      await attempt(name, async () => {
        const setup = setupFor(transforms, job, python);
        const keep = join(folder, "outputs", name);
        const result = await runJob({ name, job, file: fileOf(job.input), setup, rounds: options.rounds, keep });
        versions = { ...versions, ...result.versions };
        rows.push(...result.rows);
        if (result.cellDifferences.size > 0) found.push(cellNote(job, result.cellDifferences));
        return result.problems;
      });
    }
    for (const [name, job] of Object.entries(memoryJobs)) {
      await attempt(name, async () => {
        const [setup, rounds] = [setupFor(transforms, job, python), Math.min(options.rounds, MEMORY_ROUNDS)];
        rows.push(await runMemoryJob({ name, job, file: fileOf(job.input), setup, rounds }));
        return [];
      });
    }
    const jobNotes = Object.values(jobs).flatMap(({ title, note }) => (note ? [`${title}: ${note}`] : []));
    return {
      date: new Date().toISOString(),
      machine: thisMachine(versions),
      rounds: options.rounds,
      rows,
      failures,
      notes: [RATIOS, ...(python ? [] : [NO_PILLOW]), ...jobNotes, ...found],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The jobs whose names begin with one of these words; all for no words. Throws a `TypeError` for a word that none begins with. */
export function chooseJobs(words: readonly string[]): Pick<BenchOptions, "jobs" | "memoryJobs"> {
  const all = [...Object.keys(JOBS), ...Object.keys(MEMORY_JOBS)];
  const unknown = words.find((word) => !all.some((name) => name.startsWith(word)));
  if (unknown !== undefined)
    throw new TypeError(`Expected the beginning of ${all.join(", ")} for --only, received ${unknown}.`);
  const chosen = <Entry>(entries: Readonly<Record<string, Entry>>) =>
    Object.fromEntries(
      Object.entries(entries).filter(([name]) => words.length === 0 || words.some((word) => name.startsWith(word))),
    );
  return { jobs: chosen<Job>(JOBS), memoryJobs: chosen<MemoryJob>(MEMORY_JOBS) };
}

function setupFor(transforms: Registry, { transform }: { transform: string }, python: string | undefined) {
  return setupOf(transform, transforms.get(transform), python);
}

function cellNote({ title }: Job, differences: ReadonlyMap<string, number>): string {
  const each = [...differences].map(([variant, levels]) => `${variant} ${levels.toFixed(1)}`);
  return `${title}: mean difference of cells from Pillow's, in levels of 255: ${each.join(", ")}.`;
}

/** Those that take a second or two each. */
export function quickly({ jobs, memoryJobs }: Pick<BenchOptions, "jobs" | "memoryJobs">) {
  const small = <Entry extends { readonly input: string }>(entries: Readonly<Record<string, Entry>>) =>
    Object.fromEntries(Object.entries(entries).filter(([, { input }]) => !LARGE_INPUT.test(input)));
  return { jobs: small(jobs), memoryJobs: small(memoryJobs) };
}

const LARGE_INPUT = /^(24|100)mp\./;
