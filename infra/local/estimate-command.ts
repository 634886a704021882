import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readTransforms } from "../../runtime/registry.ts";
import { runCommand, userPath } from "../command.ts";
import { alternatives } from "../estimate/alternatives.ts";
import { estimate, type TimedWorker } from "../estimate/estimate.ts";
import { type EstimateFlags, FLAGS_USAGE, readFlags } from "../estimate/flags.ts";
import { keepMeasured } from "../estimate/keep-measured.ts";
import { DEFAULT_REPETITIONS } from "../estimate/measure.ts";
import { MEASURED, MEASURED_MEGAPIXELS } from "../estimate/measured-times.ts";
import type { PlannedWorker } from "../estimate/planned-stack.ts";
import { publicationsPerSecond, ruleInvocationsPerSecond } from "../estimate/region-quotas.ts";
import { type Estimated, reportData, reportLines } from "../estimate/report.ts";
import { timeWorkers, timeWorkersWith } from "../estimate/time-workers.ts";
import { plan } from "./plan.ts";
import { plannedStack } from "./planned-stack.ts";

const USAGE = `npm run estimate -- --uploads N [--window SECONDS] [--stack dev] [--config FILE] [--json]

Says how long a stack takes for so many uploads, what holds it back, and what it costs: its plan, run through what AWS says of
how queues and functions scale. Nothing is created.

${FLAGS_USAGE}

npm run estimate -- --measure [--repetitions N]

  --measure                measures all transforms on this machine, and keeps the times for later estimates
  --repetitions N          of which the median counts (default: ${DEFAULT_REPETITIONS})`;

const PROJECT = process.cwd();
const TRANSFORMS = join(PROJECT, "transforms");

await runCommand(USAGE, async (args) => {
  const flags = readFlags(args);
  if ("repetitions" in flags) {
    await keepMeasured(PROJECT, flags.repetitions, print);
  } else {
    const estimated = await estimateStack(flags);
    print(flags.json ? JSON.stringify(reportData(estimated), null, 2) : reportLines(estimated).join("\n"));
  }
  return 0;
});

async function estimateStack({
  load,
  stack,
  config,
  images,
  accountConcurrency,
  ...flags
}: EstimateFlags): Promise<Estimated> {
  const configFile = config === undefined ? undefined : userPath(config);
  const resources = await plan(PROJECT, stack, { configFile });
  const planned = plannedStack(stack, resources, await readTransforms(TRANSFORMS));
  const { workers, times } =
    "file" in images
      ? await timedWith(images.file, planned.workers)
      : await timedBefore(planned.workers, images.megapixels);
  if (workers.length === 0) {
    const names = planned.workers.map(({ name }) => name).join(", ");
    throw new TypeError(`Expected an image that a worker takes, received one for none of ${names}.`);
  }
  const scenario = {
    stack: { ...planned, workers },
    load,
    quotas: {
      accountConcurrency,
      ingest: planned.ingest,
      publicationsPerSecond: flags.publicationsPerSecond ?? publicationsPerSecond(planned.region),
      ruleInvocationsPerSecond: ruleInvocationsPerSecond(planned.region),
    },
  };
  const now = estimate(scenario);
  return { scenario, now, others: alternatives(scenario, now), times };
}

interface Timed {
  readonly workers: TimedWorker[];
  /** Where the times are from. */
  readonly times: string;
}

async function timedBefore(planned: readonly PlannedWorker[], megapixels: number): Promise<Timed> {
  const measuredNow: string[] = [];
  const onMeasuring = (worker: string) => {
    // Apart from the figures, which programs may read.
    console.error(`Measuring ${worker}, whose transform or options are not those that were measured before…`);
    measuredNow.push(worker);
  };
  const workers = await timeWorkers(planned, {
    transformsFolder: TRANSFORMS,
    measured: MEASURED,
    megapixels,
    onMeasuring,
  });
  const { machine, date, sharp } = MEASURED;
  const others = measuredNow.length > 0 ? `; ${measuredNow.join(", ")} just now on this one` : "";
  const sizes = MEASURED_MEGAPIXELS.join(" and ");
  return {
    workers,
    times: `a JPEG of ${megapixels} megapixels, on the line through those of ${sizes}, with one vCPU as fast as a core of the machine that they were measured on (${machine}; sharp ${sharp}, ${date}${others}). AWS's own may be faster or slower.`,
  };
}

async function timedWith(image: string, planned: readonly PlannedWorker[]): Promise<Timed> {
  const path = userPath(image);
  const bytes = await readFile(path).catch((cause) => {
    throw new TypeError(`Expected an image for --image, received ${path}, which can't be read.`, { cause });
  });
  return {
    workers: await timeWorkersWith(bytes, planned),
    times: `${image}, with one vCPU as fast as a core of this machine. AWS's own may be faster or slower.`,
  };
}

function print(line: string): void {
  console.log(line);
}
