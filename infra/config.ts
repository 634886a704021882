import * as pulumi from "@pulumi/pulumi";
import { messageOf } from "../runtime/errors.ts";
import { readOptions } from "../runtime/options.ts";
import { type Registry, readTransforms } from "../runtime/registry.ts";
import { capacityWarning } from "./capacity.ts";
import { readBucketPlaces } from "./config/bucket-places.ts";
import { checkMail } from "./config/mail.ts";
import { rawSettings } from "./config/raw-settings.ts";
import { stackSchema } from "./config/stack-schema.ts";
import type { StackSettings } from "./config/stack-settings.ts";
import type { WorkerOptions } from "./config/worker-schema.ts";
import { transformsOfWorkers } from "./config/worker-transforms.ts";
import { checkWorkers } from "./config/workers.ts";

/** Reads the transforms of a folder and what the stack says about them, and warns of what may not do. Throws a `RunError` that says what is wrong. */
export async function readStack(transformsFolder: string): Promise<StackSettings> {
  try {
    const settings = readStackSettings(await readTransforms(transformsFolder));
    const warning = capacityWarning(settings.workers);
    if (warning) await pulumi.log.warn(warning);
    return settings;
  } catch (error) {
    // The CLI shows its message without a stack.
    throw new pulumi.RunError(messageOf(error));
  }
}

/**
 * Reads the stack's configuration. Throws a `TypeError` with one line per wrong value, unknown key, worker or option, which
 * says what is allowed.
 */
export function readStackSettings(transforms: Registry, config = pulumi.runtime.allConfig()): StackSettings {
  const raw = rawSettings(config);
  const workerTransforms = transformsOfWorkers(transforms, raw.workers);
  const cacheControl = typeof raw.cacheControl === "string" ? raw.cacheControl : undefined;
  const {
    cacheControl: _,
    buckets,
    workers,
    ...read
  } = readOptions(stackSchema(workerTransforms, cacheControl), raw, "");

  const places = readBucketPlaces(buckets);
  const settings = {
    ...read,
    ingest: raw.ingest === undefined && places.layout === "existing" ? "eventbridge" : read.ingest,
    logRetentionDays: Number(read.logRetentionDays),
    places,
    workers: [...workerTransforms].flatMap(([name, { transform }]) => {
      const { enabled, ...worker } = workers[name] as WorkerOptions;
      return enabled ? [{ ...worker, name, transform }] : [];
    }),
  };
  const problems = [...problemsOfIngest(settings), ...checkMail(settings), ...checkWorkers(settings, raw.workers)];
  if (problems.length > 0) throw new TypeError(problems.join("\n"));
  return settings;
}

function problemsOfIngest({ ingest, places, encryption, kmsKeyArn }: StackSettings): string[] {
  const problems = [];
  if (places.layout === "existing" && ingest !== "eventbridge")
    problems.push(
      `Expected ingest eventbridge for existing buckets, whose notifications are their owner's, received ${ingest}.`,
    );
  if (kmsKeyArn !== "" && encryption !== "kms")
    problems.push(`Expected kmsKeyArn only for encryption kms, received it for ${encryption}.`);
  return problems;
}
