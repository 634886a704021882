import { messageOf } from "../../runtime/errors.ts";
import { problemOfVariantList } from "../../runtime/transform-problems.ts";
import { eventPattern, topicFilter } from "../upload-filter.ts";
import type { StackSettings, WorkerConfiguration } from "./stack-settings.ts";

/** The longest name that a bucket may have stands for one that is not known yet. */
const ANY_BUCKET = "x".repeat(63);

/**
 * A line for each thing about workers that their options alone don't tell.
 * @param raw the configuration of workers by name, as it was written
 */
export function checkWorkers(settings: StackSettings, raw: unknown): string[] {
  return settings.workers.flatMap((worker) => [
    ...variantProblems(worker),
    ...pollerProblems(worker, raw),
    ...filterProblems(worker, settings),
  ]);
}

function variantProblems({ name, transform, options }: WorkerConfiguration): string[] {
  const problem = problemOfVariantList(transform.variants(options));
  return problem ? [`Expected other options for workers.${name}.options. ${problem}`] : [];
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

function filterProblems(worker: WorkerConfiguration, { ingest, sniffAll, places }: StackSettings): string[] {
  const selection = {
    ...worker,
    accepts: worker.transform.accepts,
    uploadsPrefix: places.uploads.prefix,
    sniffAll,
  };
  try {
    if (ingest === "sns") topicFilter(selection);
    else eventPattern(places.uploads.bucket ?? ANY_BUCKET, selection);
    return [];
  } catch (error) {
    return [`workers.${worker.name}: ${messageOf(error)}`];
  }
}
