import type { Transform } from "../runtime/contract.ts";
import {
  boolean,
  integer,
  type OptionField,
  type OptionsSchema,
  oneOf,
  options,
  readOptions,
  text,
} from "../runtime/options.ts";
import type { Registry } from "../runtime/registry.ts";
import { DEFAULT_INPUT_LIMITS, type InputLimits } from "../runtime/settings.ts";
import { ARCHITECTURES } from "./layer-lock.ts";

/** What a stack may say about one worker. */
export interface WorkerOptions {
  /** The transform's options, defaults included. */
  readonly options: unknown;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Functions of this worker that run at once. */
  readonly maximumConcurrency: number;
  /** Messages that one run of the function gets at the most. */
  readonly batchSize: number;
}

/** Keys whose values are text; those of all others are JSON. */
export const TEXT_KEYS: readonly string[] = [
  "architecture",
  "cacheControl",
  "encryption",
  "kmsKeyArn",
  "logRetentionDays",
];

/** What CloudWatch Logs takes (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
].map(String);

const MEBIBYTE = 1024 * 1024;

/** What sharp can count. */
const MAX_PIXELS = 2 ** 31 - 1;

/** What a stack may configure, each key with its default and what it is for. */
export function stackSchema(transforms: Registry) {
  const workers = transforms.entries().map(({ name, transform }) => [name, workerField(name, transform)] as const);
  return options({
    workers: section(options(Object.fromEntries(workers)), "Workers by the names of their transforms."),
    architecture: oneOf({
      values: ARCHITECTURES,
      default: "arm64",
      describe: "The processor that functions run on; arm64 costs a fifth less.",
    }),
    limits: section(limitsSchema(), "What no source or output may exceed."),
    cacheControl: text({
      maxLength: 256,
      default: "max-age=3600",
      describe: "The Cache-Control header of outputs, which are overwritten when their upload is.",
    }),
    logRetentionDays: oneOf({ values: RETENTION_DAYS, default: "30", describe: "How long functions' logs are kept." }),
    encryption: oneOf({
      values: ["managed", "kms"],
      default: "managed",
      describe: "Whose keys encrypt buckets, queues and topics: those that AWS manages, or a KMS key.",
    }),
    kmsKeyArn: text({
      maxLength: 2048,
      default: "",
      describe: "The ARN of the key for encryption kms; without it the stack makes one.",
    }),
    protectBuckets: boolean({
      default: true,
      describe: "Whether buckets are protected from deletion; if not, they are deleted with all that is in them.",
    }),
  });
}

function workerField(name: string, { options: schema, limits, summary }: Transform): OptionField<WorkerOptions> {
  const fields = options({
    options: section(schema, `The options of ${name}.`),
    memoryMb: integer({ min: 128, max: 10_240, default: limits.memoryMb, describe: "The function's memory in MB." }),
    timeoutSeconds: integer({
      min: 1,
      max: 900,
      default: limits.timeoutSeconds,
      describe: "The function's time for one batch, in seconds.",
    }),
    maximumConcurrency: integer({
      min: 2,
      max: 1_000,
      default: 10,
      describe: "How many functions of this worker run at once.",
    }),
    batchSize: integer({
      min: 1,
      max: 10,
      default: 10,
      describe: "How many messages a function gets at once, at most.",
    }),
  });
  return section(fields, summary);
}

function limitsSchema(): OptionsSchema<InputLimits> {
  const { sourceBytes, sourcePixels, sourceFrames, outputPixels } = DEFAULT_INPUT_LIMITS;
  return options({
    sourceBytes: integer({ min: 1, max: 1024 * MEBIBYTE, default: sourceBytes, describe: "Bytes of a source." }),
    sourcePixels: integer({
      min: 1,
      max: MAX_PIXELS,
      default: sourcePixels,
      describe: "Pixels of a source over all its frames.",
    }),
    sourceFrames: integer({ min: 1, max: 100_000, default: sourceFrames, describe: "Frames of a source." }),
    outputPixels: integer({
      min: 1,
      max: MAX_PIXELS,
      default: outputPixels,
      describe: "Pixels of an output over all its frames.",
    }),
  });
}

/** An option that is itself a set of options. */
function section<Options>(schema: OptionsSchema<Options>, describe: string): OptionField<Options> {
  const names = Object.keys(schema.fields).join(", ");
  return { schema, default: readOptions(schema, undefined, ""), describe, expected: `options of ${names}` };
}
