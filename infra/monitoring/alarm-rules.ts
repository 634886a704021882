import type * as pulumi from "@pulumi/pulumi";
import { type AlarmRule, deadLetters } from "./alarm-rule.ts";
import { eventRuleRules } from "./delivery-alarm-rules.ts";

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
