import * as pulumi from "@pulumi/pulumi";

/** Names to values, as people look for resources and costs by them. */
export type Tags = Readonly<Record<string, string>>;

/** Of one resource (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html). */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
/** What a stack may say beside the tags that every resource of it has. */
export const STACK_TAGS = { maxEntries: MAX_TAGS - 3, maxKeyLength: MAX_KEY_LENGTH, maxValueLength: MAX_VALUE_LENGTH };
/** Letters, digits, spaces and some marks: what every service takes. */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Types of resources that take tags, by Pulumi's type tokens. */
export const TAGGABLE: readonly string[] = [
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:iam/role:Role",
  "aws:kms/key:Key",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];

/**
 * Tags every resource from now on with its project, its stack and these, which replace the two. Not with a `Name`: resources have
 * names of their own, which say more. Throws a `RunError` for what AWS would not take.
 */
export function tagResources(tags: Tags): void {
  const all = { Project: pulumi.getProject(), Stack: pulumi.getStack(), ...tags };
  const problems = tagProblems(all);
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  pulumi.runtime.registerStackTransformation(addTags(all));
}

/** Tags what belongs to a worker with its name too: give it to the worker as a transformation. */
export function tagWorker(name: string): pulumi.ResourceTransformation {
  return addTags({ Worker: name });
}

/** Why AWS would not take these tags together, a sentence each. */
export function tagProblems(tags: Tags): string[] {
  const entries = Object.entries(tags);
  const tooMany =
    entries.length > MAX_TAGS ? [`Expected at most ${MAX_TAGS} tags for a resource, received ${entries.length}.`] : [];
  return [...tooMany, ...entries.flatMap(([key, value]) => [...keyProblems(key), ...valueProblems(key, value)])];
}

/** What a resource says itself, or what belongs to it more closely, stays. */
function addTags(tags: Tags): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    TAGGABLE.includes(type)
      ? { props: { ...props, tags: pulumi.output(props.tags).apply((own) => ({ ...tags, ...own })) }, opts }
      : undefined;
}

function keyProblems(key: string): string[] {
  const fits = key !== "" && key.length <= MAX_KEY_LENGTH && CHARACTERS.test(key) && !/^aws:/i.test(key);
  if (fits) return [];
  return [
    `Expected tags' names of 1 to ${MAX_KEY_LENGTH} letters, digits, spaces or _.:/=+-@ that don't start with aws:, received ${JSON.stringify(key)}.`,
  ];
}

function valueProblems(key: string, value: string): string[] {
  if (value.length <= MAX_VALUE_LENGTH && CHARACTERS.test(value)) return [];
  return [
    `Expected at most ${MAX_VALUE_LENGTH} letters, digits, spaces or _.:/=+-@ for the tag ${key}, received ${JSON.stringify(value)}.`,
  ];
}
