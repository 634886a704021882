import type { Transform } from "../../runtime/contract.ts";
import { Dispatcher } from "../../runtime/dispatcher.ts";
import { OutputWriter } from "../../runtime/output-writer.ts";
import type { Result } from "../../runtime/result.ts";
import { DEFAULT_WORKER_SETTINGS, type WorkerSettings } from "../../runtime/settings.ts";
import { resourcesOf, WorkRoom } from "../../runtime/work-room.ts";
import { OneUploadStore } from "./one-upload-store.ts";

/** What one upload takes of one worker, S3 and SNS aside. */
export interface UploadTime {
  /** Of all threads, so that it is what one vCPU would take. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface MeasuredWork {
  readonly name: string;
  readonly transform: Transform;
  /** Read with the transform's schema. */
  readonly options: unknown;
}

export const DEFAULT_REPETITIONS = 5;

const SILENT = { debug: () => {}, info: () => {}, warn: () => {} };

/**
 * The median of several runs of a transform by the dispatcher that functions have, one after the other, with a store in
 * memory; one more before them is not counted. `undefined` if the transform does not take such images. Throws a `TypeError` that
 * says why if it makes no outputs.
 */
export async function measure(
  work: MeasuredWork,
  image: Uint8Array,
  repetitions = DEFAULT_REPETITIONS,
): Promise<UploadTime | undefined> {
  const dispatcher = dispatcherOf(work, image);
  const first = await run(dispatcher);
  if (first.result.status === "skipped" && first.result.code === "TYPE_NOT_ACCEPTED") return undefined;
  if (first.result.status !== "done") {
    const why = "message" in first.result ? first.result.message : first.result.status;
    throw new TypeError(`Expected outputs of ${work.name} for the image to measure with, received: ${why}`);
  }
  const runs = [];
  for (let count = 0; count < repetitions; count++) runs.push(await run(dispatcher));
  return {
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    wallSeconds: median(runs.map(({ wallSeconds }) => wallSeconds)),
  };
}

function dispatcherOf({ name, transform, options }: MeasuredWork, image: Uint8Array): Dispatcher {
  const settings: WorkerSettings = {
    ...DEFAULT_WORKER_SETTINGS,
    worker: name,
    transform: name,
    options,
    uploadsBucket: "uploads",
    outputsBucket: "outputs",
    maxReceiveCount: 1,
    spareReceives: 0,
    queueUrl: "",
    deadLetterQueueUrl: "",
    resultsTopicArn: "",
  };
  const store = new OneUploadStore(image);
  const outputs = new OutputWriter({ variants: transform.variants(options), settings, store, digest: "" });
  return new Dispatcher({
    transform,
    options,
    settings,
    store,
    outputs,
    room: new WorkRoom(resourcesOf(Infinity, 1)),
  });
}

async function run(dispatcher: Dispatcher): Promise<UploadTime & { readonly result: Result }> {
  const startCpu = process.cpuUsage();
  const start = performance.now();
  const upload = { bucket: "uploads", key: "photo.jpg" };
  const signal = new AbortController().signal;
  const result = await dispatcher.dispatch(upload, { signal, log: SILENT, redelivered: false });
  const { user, system } = process.cpuUsage(startCpu);
  return { result, cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - start) / 1000 };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
