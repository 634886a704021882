import type * as pulumi from "@pulumi/pulumi";

/** What is worth waking somebody for, of one metric. */
export interface AlarmRule {
  /** Kebab-case: the end of the alarm's name. */
  readonly name: string;
  /** One sentence on what happened and what to do. */
  readonly description: string;
  readonly namespace: "AWS/SQS" | "AWS/Lambda" | "AWS/SNS" | "AWS/Events";
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Maximum" | "Sum";
  /** Reached or exceeded in each of so many minutes. */
  readonly threshold: number;
  readonly minutes: number;
}

/** A worker, by the names under which CloudWatch counts for it. */
export interface MonitoredWorker {
  readonly name: string;
  readonly functionName: pulumi.Input<string>;
  readonly queueName: pulumi.Input<string>;
  readonly deadLetterQueueName: pulumi.Input<string>;
  readonly undeliveredQueueName: pulumi.Input<string>;
  readonly timeoutSeconds: number;
  /** Of a worker that EventBridge feeds. */
  readonly eventRuleName?: pulumi.Input<string>;
}

/** After two receives that failed, with what hides a message each time: six times the function's time. */
const OLD_AFTER_TIMEOUTS = 12;
/** What is short enough for anyone who waits for an image. */
const NEVER_OLD_BEFORE_SECONDS = 300;

/**
 * How long the oldest message of a worker may wait. SQS does not count a message that was received three times, so what is
 * older waits for its turn: the worker does not keep up.
 */
export function oldAfterSeconds({ timeoutSeconds }: Pick<MonitoredWorker, "timeoutSeconds">): number {
  return Math.max(NEVER_OLD_BEFORE_SECONDS, OLD_AFTER_TIMEOUTS * timeoutSeconds);
}

/**
 * AWS's recommendations
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html), but
 * that one message which is lost or given up is enough: here an upload is somebody's image.
 */
export function workerRules(worker: MonitoredWorker): AlarmRule[] {
  const { name, functionName, eventRuleName } = worker;
  const lambda = { namespace: "AWS/Lambda", dimensions: { FunctionName: functionName }, statistic: "Sum" } as const;
  return [
    deadLetters(
      "dead-letters",
      worker.deadLetterQueueName,
      `${name} gave uploads up: read the code and message of its dead letters, mend the cause, and start a redrive of their queue.`,
    ),
    deadLetters(
      "undelivered",
      worker.undeliveredQueueName,
      `Events did not reach the queue of ${name}: check the queue's policy and key, then upload again what the undelivered messages name.`,
    ),
    {
      name: "age",
      description: `${name} does not keep up: raise its maximumConcurrency or memoryMb, or find in its log what makes it slow.`,
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: worker.queueName },
      statistic: "Maximum",
      threshold: oldAfterSeconds(worker),
      minutes: 5,
    },
    {
      ...lambda,
      name: "errors",
      description: `The function of ${name} crashes or is out of time: find in its log with which upload, and raise its memoryMb or timeoutSeconds.`,
      metricName: "Errors",
      threshold: 1,
      minutes: 3,
    },
    {
      ...lambda,
      name: "throttles",
      description: `Lambda lets the function of ${name} not run: lower maximumConcurrency of workers, or ask AWS for more concurrency in this region.`,
      metricName: "Throttles",
      threshold: 1,
      minutes: 5,
    },
    ...(eventRuleName === undefined ? [] : eventRuleRules(name, eventRuleName)),
  ];
}

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

/** Whether failures reach people. */
export function notifierRules({ deadLetterQueueName }: { deadLetterQueueName: pulumi.Input<string> }): AlarmRule[] {
  return [
    deadLetters(
      "unsent",
      deadLetterQueueName,
      "Mail on failures is not sent: check that SES has verified its sender, and in the sandbox its recipients, then start a redrive of the dead letters.",
    ),
  ];
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
function eventRuleRules(worker: string, ruleName: pulumi.Input<string>): AlarmRule[] {
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

const ONCE = { statistic: "Sum", threshold: 1, minutes: 1 } as const;

/** Of what is there, since SQS counts no messages that it moves as sent. */
function deadLetters(name: string, queueName: pulumi.Input<string>, description: string): AlarmRule {
  return {
    name,
    description,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queueName },
    statistic: "Maximum",
    threshold: 1,
    minutes: 1,
  };
}
