import * as v from "valibot";
import type { Variant } from "../../runtime/contract.ts";
import type { MediaType } from "../../runtime/media-type.ts";
import { readWorkerSettings, WORKER_SETTINGS, type WorkerSettings } from "../../runtime/settings.ts";

/** What a stack's outputs tell of one worker. */
export interface OperatedWorker {
  readonly name: string;
  readonly queueUrl: string;
  /** Where uploads go that the worker gave up on. */
  readonly deadLetterQueueUrl: string;
  /** Where uploads go of which it could not be told. */
  readonly undeliveredQueueUrl: string;
  /** What its outputs carry once they are up to date. */
  readonly digest: string;
  readonly variants: readonly Variant[];
  readonly accepts: readonly MediaType[];
  /** Whether it is told of uploads whatever their names end with. */
  readonly sniffAll: boolean;
  readonly settings: WorkerSettings;
  readonly memoryMb: number;
  readonly architecture: string;
  readonly batchSize: number;
}

/** What a stack's outputs tell of it. */
export interface OperatedStack {
  readonly region: string;
  readonly uploadsBucket: string;
  readonly uploadsPrefix: string;
  readonly outputsBucket: string;
  readonly outputsPrefix: string;
  readonly workers: readonly OperatedWorker[];
}

const WORKER = v.object({
  queueUrl: v.string(),
  deadLetterQueueUrl: v.string(),
  undeliveredQueueUrl: v.string(),
  work: v.object({
    digest: v.string(),
    variants: v.array(v.object({ name: v.string(), format: v.string() })),
    accepts: v.array(v.string()),
    sniffAll: v.boolean(),
    settings: v.record(v.string(), v.unknown()),
    memoryMb: v.number(),
    architecture: v.string(),
    batchSize: v.number(),
  }),
});

const STACK = v.object({
  uploadsBucket: v.string(),
  uploadsPrefix: v.string(),
  outputsBucket: v.string(),
  outputsPrefix: v.string(),
  resultsTopicArn: v.pipe(v.string(), v.regex(/^arn:[^:]+:sns:[^:]+:/)),
  workers: v.record(v.string(), WORKER),
});

/** Reads what `pulumi stack output --json` prints. Throws a `TypeError` that says which output is not as expected. */
export function readStackOutputs(outputs: unknown, from: string): OperatedStack {
  const { success, output, issues } = v.safeParse(STACK, outputs);
  if (!success) {
    const [{ expected, received, path = [] }] = issues;
    const place = path.map(({ key }) => String(key)).join(".") || "all of them";
    throw new TypeError(
      `Expected outputs of this program for ${from}, as its next deployment writes them, received ${received} in place of ${expected} for ${place}.`,
    );
  }
  const { workers, resultsTopicArn, ...places } = output;
  const [, , , region = ""] = resultsTopicArn.split(":");
  return { ...places, region, workers: Object.entries(workers).map(readWorker) };
}

function readWorker([name, { work, ...urls }]: [string, v.InferOutput<typeof WORKER>]): OperatedWorker {
  const { settings, ...others } = work;
  return {
    name,
    ...urls,
    ...others,
    // The program that wrote them is this one: their formats are those that it knows.
    variants: work.variants as readonly Variant[],
    accepts: work.accepts as readonly MediaType[],
    settings: readWorkerSettings({ [WORKER_SETTINGS]: JSON.stringify(settings) }),
  };
}
