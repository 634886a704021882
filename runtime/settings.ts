/** What the stack tells one worker's function, as JSON in the environment variable `WORKER_SETTINGS`. */
export interface WorkerSettings {
  readonly worker: string;
  /** The name of the worker's transform. */
  readonly transform: string;
  /** The transform's options as configured, not yet read with its schema. */
  readonly options: unknown;
  readonly uploadsBucket: string;
  readonly outputsBucket: string;
  /** See `outputKey`. */
  readonly outputKey: string;
  /** The Cache-Control header of outputs. */
  readonly cacheControl: string;
  readonly limits: InputLimits;
  /** How often the queue delivers a message before it becomes a dead letter. */
  readonly maxReceiveCount: number;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly resultsTopicArn: string;
}

/** What no source or output may exceed, whatever the transform. */
export interface InputLimits {
  /** Bytes of a source, checked before it is downloaded. */
  readonly sourceBytes: number;
  /** Pixels of a source over all its frames. An animation with more is read as its first frame. */
  readonly sourcePixels: number;
  /** Frames of a source. An animation with more is read as its first frame. */
  readonly sourceFrames: number;
  /** Pixels of one output over all its frames. */
  readonly outputPixels: number;
}

export const DEFAULT_INPUT_LIMITS: InputLimits = {
  sourceBytes: 50 * 1024 * 1024,
  sourcePixels: 50_000_000,
  sourceFrames: 1_000,
  outputPixels: 50_000_000,
};

export const STORAGE_CLASSES = ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"] as const;
export type StorageClass = (typeof STORAGE_CLASSES)[number];

/** The environment variable that carries the settings. */
export const WORKER_SETTINGS = "WORKER_SETTINGS";

/** Reads what the stack wrote. Throws a `TypeError` if it is not there. */
export function readWorkerSettings(environment: NodeJS.ProcessEnv): WorkerSettings {
  const text = environment[WORKER_SETTINGS];
  if (!text)
    throw new TypeError(
      `Expected the worker's settings as JSON in the environment variable ${WORKER_SETTINGS}, received nothing.`,
    );
  return JSON.parse(text);
}
