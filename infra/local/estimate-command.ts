import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readTransforms } from "../../runtime/registry.ts";
import { runCommand, userPath } from "../command.ts";
import { alternatives } from "../estimate/alternatives.ts";
import { estimate, type TimedWorker } from "../estimate/estimate.ts";
import { keepMeasured } from "../estimate/keep-measured.ts";
import { DEFAULT_REPETITIONS } from "../estimate/measure.ts";
import { DEFAULT_MEGAPIXELS, MEASURED, MEASURED_MEGAPIXELS } from "../estimate/measured-times.ts";
import type { PlannedWorker } from "../estimate/planned-stack.ts";
import { publicationsPerSecond, ruleInvocationsPerSecond } from "../estimate/region-quotas.ts";
import { reportData, reportLines } from "../estimate/report.ts";
import { timeWorkers, timeWorkersWith } from "../estimate/time-workers.ts";
import { ACCOUNT_CONCURRENCY } from "../lambda-scaling.ts";
import { readNumber, readWhole } from "../number-flag.ts";
import { plan } from "./plan.ts";
import { plannedStack } from "./planned-stack.ts";

const USAGE = `npm run estimate -- --uploads N [--window SECONDS] [--stack dev] [--config FILE] [--json]

Says how long a stack takes for so many uploads, what holds it back, and what it costs: its plan, run through what AWS says of
how queues and functions scale. Nothing is created.

  --uploads N              how many uploads
  --window SECONDS         within which they come, evenly (default: 300)
  --stack NAME             the stack, whose configuration is in Pulumi.NAME.yaml (default: dev)
  --config FILE            configures the stack by this file of the same format, in place of Pulumi.NAME.yaml
  --megapixels N           of each upload (default: ${DEFAULT_MEGAPIXELS}); times are on the line through those at ${MEASURED_MEGAPIXELS.join(" and ")}
  --image FILE             measures with this image instead, which takes some seconds
  --account-concurrency N  functions that the account may run at once (default: ${ACCOUNT_CONCURRENCY}; new accounts have less)
  --sns-messages N         messages a second that the account may publish (default: the region's quota)
  --json                   all figures

npm run estimate -- --measure [--repetitions N]

  --measure                measures all transforms on this machine, and keeps the times for later estimates
  --repetitions N          of which the median counts (default: ${DEFAULT_REPETITIONS})`;

const TRANSFORMS = "transforms";

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      uploads: { type: "string" },
      window: { type: "string", default: "300" },
      stack: { type: "string", default: "dev" },
      config: { type: "string" },
      megapixels: { type: "string" },
      image: { type: "string" },
      "account-concurrency": { type: "string", default: String(ACCOUNT_CONCURRENCY) },
      "sns-messages": { type: "string" },
      json: { type: "boolean", default: false },
      measure: { type: "boolean", default: false },
      repetitions: { type: "string" },
    },
  });
  const { image, "sns-messages": snsMessages, repetitions } = values;
  if (values.measure) {
    await keepMeasured(process.cwd(), readWhole("repetitions", repetitions ?? String(DEFAULT_REPETITIONS), 1), print);
    return 0;
  }
  if (repetitions !== undefined)
    throw new TypeError("Expected --repetitions only with --measure, received it without.");
  if (values.uploads === undefined) throw new TypeError("Expected a number for --uploads, received nothing.");
  if (image !== undefined && values.megapixels !== undefined)
    throw new TypeError("Expected one of --image and --megapixels, received both.");
  const load = {
    uploads: readWhole("uploads", values.uploads, 1),
    windowSeconds: readNumber("window", values.window, 0),
  };
  const accountConcurrency = readWhole("account-concurrency", values["account-concurrency"], 1);
  const askedOfSns = snsMessages === undefined ? undefined : readNumber("sns-messages", snsMessages, 1);
  const megapixels = readNumber("megapixels", values.megapixels ?? String(DEFAULT_MEGAPIXELS), 0.01);

  const planned = await readStack(values.stack, values.config);
  const { workers, times } =
    image === undefined ? await timedBefore(planned.workers, megapixels) : await timedWith(image, planned.workers);
  const scenario = {
    stack: { ...planned, workers },
    load,
    quotas: {
      accountConcurrency,
      ingest: planned.ingest,
      publicationsPerSecond: askedOfSns ?? publicationsPerSecond(planned.region),
      ruleInvocationsPerSecond: ruleInvocationsPerSecond(planned.region),
    },
  };
  const now = estimate(scenario);
  const estimated = { scenario, now, others: alternatives(scenario, now), times };
  print(values.json ? JSON.stringify(reportData(estimated), null, 2) : reportLines(estimated).join("\n"));
  return 0;
});

async function readStack(stack: string, config: string | undefined) {
  const configFile = config === undefined ? undefined : userPath(config);
  const resources = await plan(process.cwd(), stack, { configFile });
  return plannedStack(stack, resources, await readTransforms(join(process.cwd(), TRANSFORMS)));
}

interface Timed {
  readonly workers: TimedWorker[];
  /** Where the times are from. */
  readonly times: string;
}

async function timedBefore(planned: readonly PlannedWorker[], megapixels: number): Promise<Timed> {
  const measuredNow: string[] = [];
  const workers = await timeWorkers(planned, {
    transformsFolder: join(process.cwd(), TRANSFORMS),
    measured: MEASURED,
    megapixels,
    onMeasuring: (worker) => {
      // Apart from the figures, which programs may read.
      console.error(`Measuring ${worker}, whose transform or options are not those that were measured before…`);
      measuredNow.push(worker);
    },
  });
  const { machine, date, sharp } = MEASURED;
  const others = measuredNow.length > 0 ? `; ${measuredNow.join(", ")} just now on this one` : "";
  return {
    workers: oneAtLeast(workers, planned),
    times: `a JPEG of ${megapixels} megapixels, with one vCPU as fast as a core of the machine that they were measured on (${machine}; sharp ${sharp}, ${date}${others}). AWS's own may be faster or slower.`,
  };
}

async function timedWith(image: string, planned: readonly PlannedWorker[]): Promise<Timed> {
  const path = userPath(image);
  const bytes = await readFile(path).catch((cause) => {
    throw new TypeError(`Expected an image for --image, received ${path}, which can't be read.`, { cause });
  });
  const workers = await timeWorkersWith(bytes, planned);
  return {
    workers: oneAtLeast(workers, planned),
    times: `${image}, with one vCPU as fast as a core of this machine. AWS's own may be faster or slower.`,
  };
}

function oneAtLeast(workers: TimedWorker[], planned: readonly PlannedWorker[]): TimedWorker[] {
  if (workers.length > 0) return workers;
  throw new TypeError(
    `Expected an image that a worker takes, received one for none of ${planned.map(({ name }) => name).join(", ")}.`,
  );
}

function print(line: string): void {
  console.log(line);
}
