import * as pulumi from "@pulumi/pulumi";
import type { Transform } from "../runtime/contract.ts";
import { messageOf } from "../runtime/errors.ts";
import { readOptions } from "../runtime/options.ts";
import { type Registry, readTransforms } from "../runtime/registry.ts";
import type { InputLimits } from "../runtime/settings.ts";
import { problemOfVariantList } from "../runtime/transform-problems.ts";
import { stackSchema, TEXT_KEYS, type WorkerOptions } from "./config-schema.ts";
import type { Architecture } from "./layer-lock.ts";

/** What a stack's configuration says, complete and checked. */
export interface StackSettings {
  readonly architecture: Architecture;
  readonly limits: InputLimits;
  readonly cacheControl: string;
  readonly logRetentionDays: number;
  readonly protectBuckets: boolean;
  readonly encryption: string;
  /** Empty for a key that the stack makes. */
  readonly kmsKeyArn: string;
  /** One for each transform. */
  readonly workers: readonly WorkerConfiguration[];
}

export interface WorkerConfiguration extends WorkerOptions {
  readonly name: string;
  readonly transform: Transform;
}

const NAMESPACE = "image-machine:";

/** Reads the transforms of a folder and what the stack says about them. Throws a `RunError` that says what is wrong. */
export async function readStack(transformsFolder: string): Promise<StackSettings> {
  try {
    return readStackSettings(await readTransforms(transformsFolder));
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
  const { logRetentionDays, workers, ...settings } = readOptions(stackSchema(transforms), rawSettings(config), "");
  return {
    ...settings,
    logRetentionDays: Number(logRetentionDays),
    workers: Object.entries(workers).map(([name, worker]) => workerConfiguration(name, transforms.get(name), worker)),
  };
}

function workerConfiguration(name: string, transform: Transform, worker: WorkerOptions): WorkerConfiguration {
  const problem = problemOfVariantList(transform.variants(worker.options));
  if (problem) throw new TypeError(`Expected other options for workers.${name}.options. ${problem}`);
  return { name, transform, ...worker };
}

/** The stack's own keys, each value as what its text says. */
function rawSettings(config: Readonly<Record<string, string>>): Record<string, unknown> {
  const own = Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE));
  return Object.fromEntries(own.map(([key, value]) => rawSetting(key.slice(NAMESPACE.length), value)));
}

function rawSetting(key: string, value: string): [string, unknown] {
  if (TEXT_KEYS.includes(key)) return [key, value];
  try {
    return [key, JSON.parse(value)];
  } catch {
    // Of an unknown key, or of the wrong kind: the schema says so.
    return [key, value];
  }
}
