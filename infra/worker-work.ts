import type { Transform, Variant } from "../runtime/contract.ts";
import { workDigest } from "../runtime/output-writer.ts";
import { readWorkerSettings, WORKER_SETTINGS } from "../runtime/settings.ts";
import type { WorkerArgs } from "./worker.ts";

/** What a worker makes, of which uploads, and what it runs on: all that operations need to know of it. Plain data, as JSON. */
export interface WorkerWork {
  /** What its outputs carry once they are up to date: see `workDigest`. */
  readonly digest: string;
  readonly variants: readonly Variant[];
  readonly accepts: Transform["accepts"];
  /** Whether it is told of uploads whatever their names end with. */
  readonly sniffAll: boolean;
  /** What its function is told, but for what is the default. */
  readonly settings: unknown;
  readonly memoryMb: number;
  readonly architecture: WorkerArgs["stack"]["architecture"];
  /** How many messages its function gets at once. */
  readonly batchSize: number;
}

/** @param settings what the worker's function is told, as JSON */
export function workerWork(args: WorkerArgs, settings: string): WorkerWork {
  const { transform, options, code, packages, stack, memoryMb, batchSize } = args;
  const read = readWorkerSettings({ [WORKER_SETTINGS]: settings });
  return {
    digest: workDigest({ transformSource: code.transformSource, options, sharp: packages.sharp, settings: read }),
    variants: transform.variants(options).map(({ name, format }) => ({ name, format })),
    accepts: transform.accepts,
    sniffAll: stack.sniffAll,
    settings: JSON.parse(settings),
    memoryMb,
    architecture: stack.architecture,
    batchSize,
  };
}
