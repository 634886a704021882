import { messageOf } from "../../runtime/errors.ts";
import { problemOfTemplate } from "../../runtime/output-key.ts";
import { problemOfVariantList } from "../../runtime/transform-problems.ts";
import { collisions, type KeyedWorker } from "../output-keys/collisions.ts";
import { tagProblems } from "../tags.ts";
import { eventPattern, topicFilter } from "../upload-filter.ts";
import type { StackSettings, WorkerConfiguration } from "./stack-settings.ts";

/** The longest name that a bucket may have stands for one that is not known yet. */
const ANY_BUCKET = "x".repeat(63);

/**
 * A line for each thing about workers that their options alone don't tell.
 * @param raw the configuration of workers by name, as it was written
 */
export function checkWorkers(settings: StackSettings, raw: unknown): string[] {
  const outputProblems = settings.workers.flatMap(problemsOfOutputs);
  return [
    ...outputProblems,
    ...settings.workers.flatMap((worker) => [
      ...pollerProblems(worker, raw),
      ...filterProblems(worker, settings),
      ...tagProblems(worker.outputTags).map((problem) => `workers.${worker.name}.outputTags: ${problem}`),
    ]),
    ...(outputProblems.length > 0 ? [] : collisions(settings.workers.map(keyedWorker))),
  ];
}

function problemsOfOutputs({ name, transform, options, outputKey }: WorkerConfiguration): string[] {
  const ofVariants = problemOfVariantList(transform.variants(options));
  const ofTemplate = problemOfTemplate(outputKey);
  return [
    ...(ofVariants ? [`Expected other options for workers.${name}.options. ${ofVariants}`] : []),
    ...(ofTemplate ? [`workers.${name}.outputKey: ${ofTemplate}`] : []),
  ];
}

function keyedWorker({ name, transform, options, outputKey, flatten, prefix }: WorkerConfiguration): KeyedWorker {
  return { name, template: outputKey, flatten, prefix, variants: transform.variants(options) };
}

function pollerProblems({ name, provisionedPollers }: WorkerConfiguration, raw: unknown): string[] {
  if (!provisionedPollers) return [];
  const { minimum, maximum } = provisionedPollers;
  const written = (raw as Readonly<Record<string, object>>)[name] ?? {};
  return [
    ...("maximumConcurrency" in written
      ? [`Expected one of maximumConcurrency and provisionedPollers for workers.${name}, received both.`]
      : []),
    ...(minimum > maximum
      ? [
          `Expected a maximum of at least ${minimum} for workers.${name}.provisionedPollers, as is its minimum, received ${maximum}.`,
        ]
      : []),
  ];
}

function filterProblems(worker: WorkerConfiguration, { ingest, sniffAll, onExpire, places }: StackSettings): string[] {
  const selection = {
    ...worker,
    accepts: worker.transform.accepts,
    uploadsPrefix: places.uploads.prefix,
    sniffAll,
  };
  try {
    if (ingest === "sns") topicFilter(selection);
    else eventPattern(places.uploads.bucket ?? ANY_BUCKET, selection, onExpire);
    return [];
  } catch (error) {
    return [`workers.${worker.name}: ${messageOf(error)}`];
  }
}
