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

/** What is counted, and should never be. */
export const ONCE = { statistic: "Sum", threshold: 1, minutes: 1 } as const;

/** An alarm on any message that is there, since SQS counts none that it moves as sent. */
export function deadLetters(name: string, queueName: pulumi.Input<string>, description: string): AlarmRule {
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
