import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFunctions } from "../../../infra/function-code.ts";
import { readTransforms } from "../../../runtime/registry.ts";
import { writeWorkerSettings } from "../../../runtime/settings.ts";
import { PROJECT_ROOT } from "../../support/project-files.ts";
import { thisMachine } from "../machine.ts";
import type { BenchResults, JobFailure, ResultRow } from "../results.ts";
import { setupOf } from "../settings.ts";
import { judge, median, spread } from "../statistics.ts";
import type { ClientName, ClientState } from "./evaluated-clients.ts";
import { outputOf, startupOf } from "./start-process.ts";

/** How much longer a function takes to be ready than sharp alone, both above an empty process. */
const START_TARGET = 2.6;

/** KB of 1000 bytes. */
const SIZE_TARGET = 700;
const KILOBYTE = 1000;

/** What no function needs before its first failure. */
const LATE_CLIENT: ClientName = "client-sqs";

const COVERAGE_PROCESS = fileURLToPath(new URL("coverage-process.ts", import.meta.url));
const EMPTY = ["--eval", ""];
const SHARP = ["--input-type=module", "--eval", 'await import("sharp")'];

interface BundledFunction {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** Measures how long each worker's function takes to be ready, how large it is, and what it loads by then. */
export async function runCold(rounds: number, onProgress: (line: string) => void): Promise<BenchResults> {
  onProgress("Bundling the functions.");
  const functions = await bundleAll();
  const startups = new Map<string, number[]>(
    ["empty", "sharp", ...functions.map(({ name }) => name)].map((name) => [name, []]),
  );
  // Once without a clock: the disk's cache is warm from then on, for all of them.
  for (let round = -1; round < rounds; round++) {
    onProgress(round < 0 ? "Starting everything once." : `round ${round + 1}`);
    const starts = [
      { name: "empty", start: () => startupOf(EMPTY) },
      { name: "sharp", start: () => startupOf(SHARP) },
      ...functions.map(({ name, file, environment }) => ({ name, start: () => startupOf([file], environment) })),
    ];
    for (const { name, start } of round % 2 === 0 ? starts : starts.toReversed()) {
      const milliseconds = await start();
      if (round >= 0) startups.get(name)?.push(milliseconds);
    }
  }

  const [empty, sharp] = [startups.get("empty") ?? [], startups.get("sharp") ?? []];
  const failures: JobFailure[] = [];
  const evaluated = new Map<string, string[]>();
  for (const { name, file, environment } of functions) {
    const clients: Record<ClientName, ClientState> = JSON.parse(await outputOf([COVERAGE_PROCESS, file], environment));
    const states = Object.entries(clients).map(([client, state]) => `${client} ${state}`);
    evaluated.set(states.join(", "), [...(evaluated.get(states.join(", ")) ?? []), name]);
    if (clients[LATE_CLIENT] === "evaluated")
      failures.push({ job: `cold-${name}`, problems: [`Expected ${LATE_CLIENT} not to be loaded before a failure.`] });
  }
  const clientNotes = [...evaluated].map(([states, names]) => `${CLIENT_NOTE} ${states}; in ${names.join(", ")}.`);
  return {
    date: new Date().toISOString(),
    machine: thisMachine(),
    rounds,
    rows: [
      ...functions.map(({ name }) => startRow(name, startups.get(name) ?? [], empty, sharp)),
      ...functions.map(sizeRow),
    ],
    failures,
    notes: [START_NOTE, SIZE_NOTE, ...clientNotes],
  };
}

const START_NOTE =
  'Cold start: until a function\'s handler is ready, compared with import("sharp") alone; both are above an empty Node process, and on a warm disk.';
const SIZE_NOTE = "Code size: the bundle as it is deployed, without the layer of sharp, in KB of 1000 bytes.";
const CLIENT_NOTE = "Clients of the AWS SDK once the handler is ready, by V8's own coverage of the deployed file:";

/** The functions of all transforms, with the environment that their workers have on AWS. */
async function bundleAll(): Promise<BundledFunction[]> {
  const folder = join(PROJECT_ROOT, "transforms");
  const transforms = await readTransforms(folder);
  const codeOf = await bundleFunctions(
    transforms.names().map((use) => ({ use })),
    folder,
  );
  return transforms.entries().map(({ name, transform }) => {
    const { path, bytes } = codeOf(name);
    const { settings, memoryMb } = setupOf(name, transform, undefined);
    const environment = {
      AWS_REGION: "eu-west-1",
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      WORKER_SETTINGS: writeWorkerSettings(settings),
    };
    return { name, file: join(PROJECT_ROOT, path, "index.cjs"), bytes, environment };
  });
}

function startRow(
  name: string,
  startups: readonly number[],
  empty: readonly number[],
  sharp: readonly number[],
): ResultRow {
  const above = (times: readonly number[]) => times.map((time, round) => time - (empty[round] ?? 0));
  const [ours, others] = [above(startups), above(sharp)];
  const ratio = (median(startups) - median(empty)) / (median(sharp) - median(empty));
  const result = spread(
    ratio,
    ours.map((time, round) => time / (others[round] ?? Number.NaN)),
  );
  return {
    job: `cold-${name}`,
    title: `cold start: ${name}`,
    measure: "cold start",
    ours: median(startups) - median(empty),
    against: 'import("sharp")',
    others: median(sharp) - median(empty),
    result,
    target: START_TARGET,
    verdict: judge(result, START_TARGET),
  };
}

function sizeRow({ name, bytes }: BundledFunction): ResultRow {
  const kilobytes = bytes / KILOBYTE;
  const result = { value: kilobytes, low: kilobytes, high: kilobytes };
  return {
    job: `size-${name}`,
    title: `code size: ${name}`,
    measure: "code size",
    ours: kilobytes,
    result,
    target: SIZE_TARGET,
    verdict: judge(result, SIZE_TARGET),
  };
}
