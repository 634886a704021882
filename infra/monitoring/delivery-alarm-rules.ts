import type * as pulumi from "@pulumi/pulumi";
import { type AlarmRule, ONCE } from "./alarm-rule.ts";

/** Whether what is published to a topic reaches whom it is for. */
export function topicRules(topic: string, topicName: pulumi.Input<string>): AlarmRule[] {
  const metrics = [
    [
      "failed",
      "NumberOfNotificationsFailed",
      "reached not every subscriber: check the policies and keys of their queues.",
    ],
    [
      "undelivered",
      "NumberOfNotificationsRedrivenToDlq",
      "went to a dead-letter queue of a subscription: find there why.",
    ],
    [
      "lost",
      "NumberOfNotificationsFailedToRedriveToDlq",
      "are lost: let SNS send to the dead-letter queues of its subscriptions, then upload again what came since.",
    ],
    [
      "unreadable",
      "NumberOfNotificationsFilteredOut-InvalidMessageBody",
      "are no JSON: find out who but this stack publishes to the topic.",
    ],
  ] as const;
  return metrics.map(([name, metricName, whatToDo]) => ({
    name: `topic-${name}`,
    description: `Messages of the topic ${topic} ${whatToDo}`,
    namespace: "AWS/SNS",
    metricName,
    dimensions: { TopicName: topicName },
    ...ONCE,
  }));
}

/** Whether the events of a rule reach its worker (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html). */
export function eventRuleRules(worker: string, ruleName: pulumi.Input<string>): AlarmRule[] {
  const metrics = [
    ["failed", "FailedInvocations", "did not reach its queue: check the queue's policy and key."],
    [
      "undelivered",
      "InvocationsSentToDlq",
      "went to its undelivered queue: check the policy and key of its other one.",
    ],
    [
      "lost",
      "InvocationsFailedToBeSentToDlq",
      "are lost: let EventBridge send to its undelivered queue, then upload again what came since.",
    ],
  ] as const;
  return metrics.map(([name, metricName, whatToDo]) => ({
    name: `rule-${name}`,
    description: `Events for ${worker} ${whatToDo}`,
    namespace: "AWS/Events",
    metricName,
    dimensions: { RuleName: ruleName },
    ...ONCE,
  }));
}
