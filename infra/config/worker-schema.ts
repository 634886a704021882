import type { Transform } from "../../runtime/contract.ts";
import { boolean, integer, listOf, type OptionField, oneOf, options, text } from "../../runtime/options.ts";
import { DEFAULT_OUTPUT_KEY } from "../../runtime/output-key.ts";
import { STORAGE_CLASSES, type StorageClass } from "../../runtime/settings.ts";
import { optionalSection, record, section, textLike } from "./fields.ts";

/** What a stack may say about one worker. */
export interface WorkerOptions {
  readonly enabled: boolean;
  /** The name of its transform. */
  readonly use: string;
  /** The transform's options, defaults included. */
  readonly options: unknown;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Functions of this worker that run at once; without meaning where there are provisioned pollers. */
  readonly maximumConcurrency: number;
  readonly provisionedPollers: ProvisionedPollers | undefined;
  /** Messages that one run of the function gets at the most. */
  readonly batchSize: number;
  /** What keys of its uploads start with, below the stack's own prefix. */
  readonly prefix: string;
  /** What keys of its uploads end with, in any case; empty for the extensions of what its transform accepts. */
  readonly suffixes: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** See `outputKey`. */
  readonly outputKey: string;
  readonly flatten: boolean;
  readonly cacheControl: string;
  readonly storageClass: StorageClass;
  readonly outputTags: Readonly<Record<string, string>>;
  readonly copyMetadata: boolean;
  readonly keepCopyright: boolean;
}

/** Pollers of a queue that are always there and paid for; each runs up to ten functions at once. */
export interface ProvisionedPollers {
  readonly minimum: number;
  readonly maximum: number;
}

const MAX_PATTERNS = 50;
const MAX_PATTERN_LENGTH = 200;

/** What S3 takes for one object (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html). */
const OBJECT_TAGS = { maxEntries: 10, maxKeyLength: 128, maxValueLength: 256 };

/** The options of a worker of this transform. */
export function workerField(
  transformName: string,
  { options: schema, limits, summary }: Transform,
  { cacheControl }: { cacheControl: string },
): OptionField<WorkerOptions> {
  const fields = options({
    enabled: boolean({ default: true, describe: "Whether the stack has this worker." }),
    use: oneOf({
      values: [transformName],
      default: transformName,
      describe: "The transform of a further worker, whose name is its own.",
    }),
    options: section(schema, `The options of ${transformName}.`),
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
    provisionedPollers: pollersField(),
    batchSize: integer({
      min: 1,
      max: 10,
      default: 10,
      describe: "How many messages a function gets at once, at most.",
    }),
    prefix: textLike({
      pattern: /^[^/]/,
      shape: "a text that does not start with a slash",
      describe: "What the keys of its uploads start with.",
    }),
    suffixes: patterns("What the keys of its uploads end with, in any case; none for what the transform's formats do."),
    include: patterns("Globs, of which an upload's key matches one; none for all."),
    exclude: patterns("Globs, of which an upload's key matches none."),
    outputKey: text({
      minLength: 1,
      maxLength: 512,
      default: DEFAULT_OUTPUT_KEY,
      describe: "The key of each output, from {transform} {key} {dir} {base} {ext} {variant}.",
    }),
    flatten: boolean({
      default: false,
      describe: "Whether several uploads may share an output's key, of which the last one written stays.",
    }),
    cacheControl: text({ maxLength: 256, default: cacheControl, describe: "The Cache-Control header of its outputs." }),
    storageClass: oneOf({
      values: STORAGE_CLASSES,
      default: "STANDARD",
      describe: "The S3 storage class of its outputs.",
    }),
    outputTags: record({ ...OBJECT_TAGS, describe: "Tags of its outputs." }),
    copyMetadata: boolean({ default: false, describe: "Whether outputs get the upload's user metadata." }),
    keepCopyright: boolean({
      default: true,
      describe: "Whether outputs keep the source's EXIF copyright and artist.",
    }),
  });
  return section(fields, summary);
}

/** What SQS takes (https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html). */
function pollersField(): OptionField<ProvisionedPollers | undefined> {
  const fields = options({
    minimum: integer({ min: 2, max: 200, default: 2, describe: "Pollers that are always there." }),
    maximum: integer({ min: 2, max: 10_000, default: 200, describe: "Pollers at the most." }),
  });
  return optionalSection(fields, "Pollers with reserved throughput, instead of maximumConcurrency.");
}

function patterns(describe: string): OptionField<string[]> {
  const of = text({ minLength: 1, maxLength: MAX_PATTERN_LENGTH, default: "", describe });
  return listOf({ of, minLength: 0, maxLength: MAX_PATTERNS, default: [], describe });
}
