import { isDeepStrictEqual } from "node:util";
import { DEFAULT_OUTPUT_KEY } from "./output-key.ts";

/** What the stack tells one worker's function, as JSON in the environment variable `WORKER_SETTINGS`. */
export interface WorkerSettings {
  readonly worker: string;
  /** The name of the worker's transform. */
  readonly transform: string;
  /** The transform's options as configured, not yet read with its schema. */
  readonly options: unknown;
  readonly uploadsBucket: string;
  /** What the keys of all uploads start with: empty, or text that ends with a slash. Nothing else is ever worked on. */
  readonly uploadsPrefix: string;
  readonly outputsBucket: string;
  /** What the keys of all outputs start with: empty, or text that ends with a slash. */
  readonly outputsPrefix: string;
  readonly selection: Selection;
  /** The part of an output's key after `outputsPrefix`, made of the upload's key after `uploadsPrefix`. See `outputKey`. */
  readonly outputKey: string;
  /** Whether outputs of several uploads may have one key, of which the last one written stays. */
  readonly flatten: boolean;
  readonly outputObjects: OutputObjects;
  /** Whether outputs carry their source's copyright notice and artist, in formats that have EXIF. */
  readonly keepCopyright: boolean;
  readonly limits: InputLimits;
  /** How often a message comes before what fails becomes a dead letter, though it might pass. */
  readonly maxReceiveCount: number;
  /** How often more the queue delivers one that had no turn. */
  readonly spareReceives: number;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly resultsTopicArn: string;
}

/** Which uploads a worker works on, by their keys after `uploadsPrefix`. What is empty restricts nothing. */
export interface Selection {
  /** What a key starts with, letter for letter. */
  readonly prefix: string;
  /** What a key may end with, in letters of any case. */
  readonly suffixes: readonly string[];
  /** Globs of which a key matches at least one. */
  readonly include: readonly string[];
  /** Globs of which a key matches none. */
  readonly exclude: readonly string[];
}

/** What outputs are beside their bytes and their type. */
export interface OutputObjects {
  /** The Cache-Control header; none if empty. */
  readonly cacheControl: string;
  readonly storageClass: StorageClass;
  /** At most 10 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html). */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether outputs carry the user metadata of their upload. */
  readonly copyMetadata: boolean;
}

/**
 * The storage classes from which an output is served at once. The others are for archives and for directory buckets
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html).
 */
export const STORAGE_CLASSES = ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"] as const;

export type StorageClass = (typeof STORAGE_CLASSES)[number];

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

/** What a worker does that nobody said anything of. */
export const DEFAULT_WORKER_SETTINGS = {
  uploadsPrefix: "",
  outputsPrefix: "",
  selection: { prefix: "", suffixes: [], include: [], exclude: [] },
  outputKey: DEFAULT_OUTPUT_KEY,
  flatten: false,
  outputObjects: { cacheControl: "max-age=3600", storageClass: "STANDARD", tags: {}, copyMetadata: false },
  keepCopyright: true,
  limits: DEFAULT_INPUT_LIMITS,
} as const satisfies Partial<WorkerSettings>;

/** The environment variable that carries the settings. */
export const WORKER_SETTINGS = "WORKER_SETTINGS";

/**
 * The settings as JSON, without those that are the default: all environment variables of a function have 4 KB together
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export function writeWorkerSettings(settings: WorkerSettings): string {
  const defaults: Readonly<Record<string, unknown>> = DEFAULT_WORKER_SETTINGS;
  const told = Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, defaults[name]));
  return JSON.stringify(Object.fromEntries(told));
}

/** Reads what the stack wrote. Throws a `TypeError` if it is not there. */
export function readWorkerSettings(environment: NodeJS.ProcessEnv): WorkerSettings {
  const text = environment[WORKER_SETTINGS];
  if (!text)
    throw new TypeError(
      `Expected the worker's settings as JSON in the environment variable ${WORKER_SETTINGS}, received nothing.`,
    );
  return { ...DEFAULT_WORKER_SETTINGS, ...JSON.parse(text) };
}
