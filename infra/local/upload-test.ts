import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { encodeEventKey } from "../event-key.ts";
import { eventMatches, readEventPattern } from "./emulator/event-pattern.ts";
import { eventBridgeEvent } from "./emulator/eventbridge-event.ts";
import { bodyPasses, readFilterPolicy } from "./emulator/filter-policy.ts";
import { queueName } from "./queue-name.ts";
import { type Deployed, find } from "./resource-type.ts";
import { isRuleEnabled, RULE_TYPE, TARGET_TYPE } from "./resource-types/eventbridge.ts";

/** Whether an upload with this key, as it is stored, is told of. */
export type UploadTest = (key: string) => boolean;

/** Where uploads are, and the queue that hears of them. */
interface Hearing {
  readonly bucket: string;
  readonly region: string;
  readonly accountId: string;
  readonly queueUrl: string;
}

/** Whether a queue hears of an upload: through a topic's subscription, or a rule of EventBridge. */
export function uploadTest(resources: readonly Deployed[], hearing: Hearing): UploadTest {
  const tests = [...subscriptionTests(resources, hearing), ...ruleTests(resources, hearing)];
  return (key) => tests.some((test) => test(key));
}

function subscriptionTests(resources: readonly Deployed[], { queueUrl }: Hearing): UploadTest[] {
  return find(resources, "aws:sns/topicSubscription:TopicSubscription")
    .map(({ registration }) => registration.inputs)
    .filter(({ endpoint }) => queueName(String(endpoint)) === queueName(queueUrl))
    .map(({ filterPolicy = "{}" }) => {
      const policy = readFilterPolicy(String(filterPolicy), "MessageBody");
      return (key) =>
        bodyPasses(policy, JSON.stringify({ Records: [{ s3: { object: { key: encodeEventKey(key) } } }] }));
    });
}

function ruleTests(resources: readonly Deployed[], { bucket, queueUrl, ...place }: Hearing): UploadTest[] {
  const names = find(resources, TARGET_TYPE)
    .map(({ registration }) => registration.inputs)
    .filter(({ arn }) => queueName(String(arn)) === queueName(queueUrl))
    .map(({ rule }) => rule);
  return find(resources, RULE_TYPE)
    .filter(({ outputs }) => names.includes(outputs.name))
    .map(({ registration }) => registration.inputs as Unwrap<aws.cloudwatch.EventRuleArgs>)
    .filter(isRuleEnabled)
    .map(({ eventPattern = "" }) => {
      const pattern = readEventPattern(eventPattern);
      return (key) => {
        const stored = { size: 1, eTag: "" };
        const change = { eventName: "ObjectCreated:Put", bucket, key, stored };
        return eventMatches(pattern, eventBridgeEvent(change, { ...place, sequencer: "" }));
      };
    });
}
