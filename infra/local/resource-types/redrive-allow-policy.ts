import { isObject, parseJson } from "../emulator/json.ts";
import { queueName } from "../queue-name.ts";
import { type Deployed, find } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const PERMISSIONS = ["allowAll", "denyAll", "byQueue"];
const MAX_SOURCES = 10;

/** Why SQS would refuse which queues may have this one as their dead-letter queue, as a sentence. */
export function redriveAllowProblem(
  { queueUrl, redriveAllowPolicy }: { queueUrl: string; redriveAllowPolicy: string },
  deployed: readonly Deployed[],
): string | undefined {
  const policy = parseJson(redriveAllowPolicy);
  const { redrivePermission, sourceQueueArns, ...others } = isObject(policy) ? policy : {};
  if (!PERMISSIONS.includes(String(redrivePermission)) || Object.keys(others).length > 0) {
    return `Expected a redrivePermission of ${PERMISSIONS.join(", ")}, received ${redriveAllowPolicy}.`;
  }
  const isByQueue = redrivePermission === "byQueue";
  if (isByQueue ? !isListOfSources(sourceQueueArns) : sourceQueueArns !== undefined) {
    return `Expected 1 to ${MAX_SOURCES} sourceQueueArns with byQueue, and none without, received ${redriveAllowPolicy}.`;
  }
  const left = sourcesOf(queueUrl, deployed).find((source) => !allows(redriveAllowPolicy, source));
  return (
    left && `Expected a policy that allows ${left}, whose dead-letter queue it is, received ${redriveAllowPolicy}.`
  );
}

/** Whether a queue lets another one, by its ARN, have it as its dead-letter queue. */
export function admitsDeadLetters(deadLetterArn: string, sourceArn: string, deployed: readonly Deployed[]): boolean {
  const policies = find(deployed, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy").filter(
    ({ registration }) => queueName(String(registration.inputs.queueUrl)) === queueName(deadLetterArn),
  );
  return policies.every(({ registration }) => allows(String(registration.inputs.redriveAllowPolicy), sourceArn));
}

function allows(redriveAllowPolicy: string, sourceArn: string): boolean {
  const { redrivePermission, sourceQueueArns } = JSON.parse(redriveAllowPolicy);
  return redrivePermission === "byQueue" ? sourceQueueArns.includes(sourceArn) : redrivePermission === "allowAll";
}

function sourcesOf(queueUrl: string, deployed: readonly Deployed[]): string[] {
  return find(deployed, "aws:sqs/queue:Queue").flatMap(({ registration, outputs }) => {
    const policy = parseJson(String(registration.inputs.redrivePolicy));
    const target = isObject(policy) ? String(policy.deadLetterTargetArn) : "";
    return queueName(target) === queueName(queueUrl) ? [String(outputs.arn)] : [];
  });
}

function isListOfSources(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_SOURCES && value.every(isQueueArn);
}

function isQueueArn(value: unknown): boolean {
  return typeof value === "string" && /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(value);
}
