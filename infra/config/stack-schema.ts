import type { Transform } from "../../runtime/contract.ts";
import {
  boolean,
  integer,
  listOf,
  type OptionField,
  type OptionsSchema,
  oneOf,
  options,
  text,
} from "../../runtime/options.ts";
import { DEFAULT_INPUT_LIMITS, DEFAULT_WORKER_SETTINGS, type InputLimits } from "../../runtime/settings.ts";
import { BUCKET_NAME } from "../bucket-name.ts";
import { ARCHITECTURES } from "../layer/lock.ts";
import { STACK_TAGS } from "../tags.ts";
import { LAYOUTS } from "./bucket-places.ts";
import { record, section, textLike } from "./fields.ts";
import { workerField } from "./worker-schema.ts";

export const INGESTS = ["sns", "eventbridge"] as const;
export type Ingest = (typeof INGESTS)[number];

/** What becomes of the outputs of an upload that the bucket's lifecycle removes. */
export const EXPIRIES = ["keep", "remove"] as const;
export type OnExpire = (typeof EXPIRIES)[number];

/** Keys whose values are text; those of all others are JSON. */
export const TEXT_KEYS: readonly string[] = [
  "architecture",
  "cacheControl",
  "encryption",
  "ingest",
  "kmsKeyArn",
  "logRetentionDays",
  "onExpire",
];

/** What CloudWatch Logs takes (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
].map(String);

const { cacheControl: DEFAULT_CACHE_CONTROL } = DEFAULT_WORKER_SETTINGS.outputObjects;

const MEBIBYTE = 1024 * 1024;

/** What sharp can count. */
const MAX_PIXELS = 2 ** 31 - 1;

const PREFIX = /^[^/].*\/$/;
/** Without what policies read as a wildcard or a variable, and without a display name. */
const MAIL_ADDRESS = /^[\w.+%-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

/** Which transform each worker uses: those of the folder, each under its own name, and a stack's further ones. */
export type WorkerTransforms = ReadonlyMap<string, { readonly name: string; readonly transform: Transform }>;

/** What a stack may configure, each key with its default and what it is for. */
export function stackSchema(workers: WorkerTransforms, cacheControl: string = DEFAULT_CACHE_CONTROL) {
  const fields = [...workers].map(
    ([name, { name: use, transform }]) => [name, workerField(use, transform, { cacheControl })] as const,
  );
  return options({
    workers: section(options(Object.fromEntries(fields)), "Workers by the names of their transforms, or their own."),
    ingest: oneOf({
      values: INGESTS,
      default: "sns",
      describe: "How uploads are told to workers; for existing buckets the default is eventbridge.",
    }),
    sniffAll: boolean({
      default: false,
      describe: "Whether uploads are told to workers whatever their names end with.",
    }),
    onExpire: oneOf({
      values: EXPIRIES,
      default: "keep",
      describe: "What becomes of the outputs of uploads that their bucket's lifecycle removes.",
    }),
    buckets: section(bucketsSchema(), "Where uploads and outputs are."),
    protectBuckets: boolean({
      default: true,
      describe: "Whether buckets are protected from deletion; if not, they are deleted with all that is in them.",
    }),
    failureMail: section(failureMailSchema(), "Who is told of uploads that failed."),
    alarms: section(alarmsSchema(), "What is watched, and who is told."),
    encryption: oneOf({
      values: ["managed", "kms"],
      default: "managed",
      describe: "Whose keys encrypt buckets, queues and topics: those that AWS manages, or a KMS key.",
    }),
    kmsKeyArn: textLike({
      pattern: KEY_ARN,
      shape: "the ARN of a KMS key",
      describe: "The key for encryption kms; without it the stack makes one.",
    }),
    architecture: oneOf({
      values: ARCHITECTURES,
      default: "arm64",
      describe: "The processor that functions run on; arm64 costs a fifth less.",
    }),
    limits: section(limitsSchema(), "What no source or output may exceed."),
    cacheControl: text({
      maxLength: 256,
      default: DEFAULT_CACHE_CONTROL,
      describe: "The Cache-Control header of outputs, which are overwritten when their upload is.",
    }),
    logRetentionDays: oneOf({ values: RETENTION_DAYS, default: "30", describe: "How long functions' logs are kept." }),
    tags: record({ ...STACK_TAGS, describe: "Tags of all resources." }),
  });
}

function bucketsSchema() {
  const place = (what: string) => ({
    name: textLike({ pattern: BUCKET_NAME, shape: "a bucket's name", describe: `The existing bucket of ${what}.` }),
    prefix: textLike({
      pattern: PREFIX,
      shape: "a prefix that ends in a slash",
      describe: `What the keys of ${what} start with; for one bucket \`${what}/\` by default.`,
    }),
  });
  const [uploads, outputs] = [place("uploads"), place("outputs")];
  return options({
    layout: oneOf({
      values: LAYOUTS,
      default: "two",
      describe: "Two buckets, one with a prefix for each, or existing ones, which are left as they are.",
    }),
    uploads: uploads.name,
    outputs: outputs.name,
    uploadsPrefix: uploads.prefix,
    outputsPrefix: outputs.prefix,
  });
}

function failureMailSchema() {
  return options({
    by: oneOf({
      values: ["none", "sns", "ses"],
      default: "none",
      describe: "A mail for each failure by SNS, or digests by SES.",
    }),
    to: mailAddresses("Who gets it."),
    from: textLike({ pattern: MAIL_ADDRESS, shape: "a mail address", describe: "The sender, verified in SES." }),
    windowSeconds: integer({
      min: 0,
      max: 300,
      default: 60,
      describe: "How long SES's digests wait for further failures.",
    }),
  });
}

function alarmsSchema() {
  return options({
    enabled: boolean({ default: true, describe: "Whether the stack has alarms." }),
    mail: mailAddresses("Who gets a mail about each alarm."),
  });
}

function mailAddresses(describe: string): OptionField<string[]> {
  const of = textLike({ pattern: MAIL_ADDRESS, shape: "a mail address", default: "-", describe });
  return listOf({ of, minLength: 0, maxLength: 20, default: [], describe });
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
