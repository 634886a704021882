import { WORKER_SETTINGS } from "../../runtime/settings.ts";

type Inputs = Readonly<Record<string, unknown>>;
/** A value of no parts, and the name that is nearest to it. */
type Leaf = readonly [name: string, value: string];

const DAY_SECONDS = 86_400;

/** Who may do what is text for policy readers; the rest of these says nothing that the tree does not. */
const LEFT_OUT: readonly string[] = [
  ...["policy", "assumeRolePolicy", "keyPolicy", "dashboardBody", "description", "code"],
  ...["bucket", "role", "arn", "queueUrl", "topic", "name", "tags", "functionResponseTypes", "filterPolicyScope"],
  ...["kmsDataKeyReusePeriodSeconds", "keyId", "targetKeyId"],
];

/** What there is to say about resources of a type, AWS's defaults included; of other types, all their inputs. */
const FACTS: Readonly<Record<string, (inputs: Inputs) => readonly string[]>> = {
  "aws:lambda/function:Function": ({
    memorySize = 128,
    timeout = 3,
    architectures = "x86_64",
    environment,
    ...others
  }) => [
    `${memorySize} MB`,
    `${timeout} s`,
    String(architectures),
    ...allFacts({ reserved: others.reservedConcurrentExecutions, kmsKeyArn: others.kmsKeyArn }),
    ...settingsFacts(environment),
  ],
  "aws:lambda/layerVersion:LayerVersion": ({ compatibleArchitectures = "any architecture" }) => [
    String(compatibleArchitectures),
  ],
  "aws:lambda/eventSourceMapping:EventSourceMapping": ({
    batchSize = 10,
    eventSourceArn: _,
    functionName: __,
    ...others
  }) => [`batches of ${batchSize}`, ...allFacts(others)],
  "aws:sqs/queue:Queue": ({ visibilityTimeoutSeconds, messageRetentionSeconds = 4 * DAY_SECONDS, ...others }) => [
    ...(visibilityTimeoutSeconds === undefined ? [] : [`hidden for ${visibilityTimeoutSeconds} s`]),
    `kept for ${Number(messageRetentionSeconds) / DAY_SECONDS} days`,
    ...allFacts(others),
  ],
  "aws:sns/topicSubscription:TopicSubscription": ({ protocol, endpoint, rawMessageDelivery: _, ...others }) => [
    `${protocol} ${shorten(String(endpoint))}`,
    ...allFacts(others),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarmFacts,
  "aws:cloudwatch/logGroup:LogGroup": ({ retentionInDays, ...others }) => [
    retentionInDays === undefined ? "kept forever" : `kept for ${retentionInDays} days`,
    ...allFacts(others),
  ],
};

/** `Maximum of ApproximateAgeOfOldestMessage >= 300 for 5 min`: what sets an alarm off. */
function alarmFacts({ statistic, metricName, threshold, evaluationPeriods, period = 60 }: Inputs): string[] {
  const minutes = (Number(evaluationPeriods) * Number(period)) / 60;
  return [`${statistic} of ${metricName} >= ${threshold} for ${minutes} min`];
}

/** What a reader of a plan wants to know of a resource beside its type and name, in a few words each. */
export function factsOf({ type, inputs }: { readonly type: string; readonly inputs: Inputs }): string[] {
  return [...(FACTS[type]?.(inputs) ?? allFacts(inputs))];
}

/** What differs from worker to worker: the options of its transform, its uploads, and its outputs. */
function settingsFacts(environment: unknown): string[] {
  const { variables } = (environment ?? {}) as { variables?: Readonly<Record<string, string>> };
  const settings = JSON.parse(variables?.[WORKER_SETTINGS] ?? "{}");
  const { options, selection, outputKey, flatten, outputObjects, keepCopyright } = settings;
  return allFacts({ options, selection, outputKey, flatten, outputObjects, keepCopyright });
}

/** `suffix .jpg|.png`: each name once, with all its values in their order. */
function allFacts(inputs: Inputs): string[] {
  const leaves = Object.entries(inputs)
    .filter(([name]) => !LEFT_OUT.includes(name))
    .flatMap(([name, value]) => leavesOf(name, value));
  const byName = Map.groupBy(leaves, ([name]) => name);
  return [...byName].map(([name, values]) => `${name} ${distinct(values.map(([, value]) => value)).join("|")}`);
}

function leavesOf(name: string, value: unknown): Leaf[] {
  const opened = typeof value === "string" ? openDocument(value) : value;
  if (opened === undefined || opened === null) return [];
  if (Array.isArray(opened)) return opened.flatMap((item) => leavesOf(name, item));
  if (typeof opened === "object") return Object.entries(opened).flatMap(([key, item]) => leavesOf(key, item));
  if (name === "kmsMasterKeyId") return [["encrypted", "with a key"]];
  return opened === "" ? [] : [[name, shorten(String(opened))]];
}

/** Filters and the like are JSON; templates only begin like it. */
function openDocument(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An ARN's or a URL's last part, without the digits that Pulumi made up for it. */
function shorten(text: string): string {
  if (!/^(arn|https):/.test(text)) return text;
  return text.replace(/^.*[:/](?=[^:/])/, "").replace(/-[0-9a-f]{7}$/, "");
}

/** Filters spell an extension in several ways. */
function distinct(values: readonly string[]): string[] {
  return values.filter(
    (value, index) => values.findIndex((other) => other.toLowerCase() === value.toLowerCase()) === index,
  );
}
