import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type EncryptionSettings, topicEncryption } from "../encryption.ts";
import { subscribeAddresses } from "../mail-subscriptions.ts";
import { alarmTopicPolicy } from "../policies.ts";
import type { AlarmRule } from "./alarm-rule.ts";

export interface AlarmsArgs {
  /** By what they are about: a worker, a topic or the mail. */
  readonly rules: readonly (readonly [about: string, rule: AlarmRule])[];
  /** The addresses that are told, by SNS, of each change of an alarm. */
  readonly mail: readonly string[];
  /** Default: none, which is all that AWS has for topics without a key. */
  readonly encryption?: EncryptionSettings;
}

const PERIOD_SECONDS = 60;

/** Alarms, and the topic that tells whenever one of them goes on or off. */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  readonly arns: readonly pulumi.Output<string>[];

  constructor(name: string, { rules, mail, encryption = {} }: AlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Alarms", name, {}, options);
    const child = { parent: this };

    const alarmPrefix = `${pulumi.getProject()}-${pulumi.getStack()}-`;
    const topic = new aws.sns.Topic(name, topicEncryption(encryption), child);
    const topicPolicy = new aws.sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: topic.arn.apply((topicArn) => alarmTopicPolicy({ topicArn, alarmPrefix })) },
      child,
    );
    subscribeAddresses(name, { topicArn: topic.arn, addresses: mail }, child);
    const alarms = rules.map(([about, rule]) => {
      const alarmName = `${about}-${rule.name}`;
      return new aws.cloudwatch.MetricAlarm(
        `${name}-${alarmName}`,
        {
          // Mails have it as their subject.
          name: `${alarmPrefix}${alarmName}`,
          alarmDescription: rule.description,
          namespace: rule.namespace,
          metricName: rule.metricName,
          dimensions: rule.dimensions,
          statistic: rule.statistic,
          comparisonOperator: "GreaterThanOrEqualToThreshold",
          threshold: rule.threshold,
          period: PERIOD_SECONDS,
          evaluationPeriods: rule.minutes,
          datapointsToAlarm: rule.minutes,
          // Of what did not happen, and of queues that nobody used for hours, there are no data.
          treatMissingData: "notBreaching",
          alarmActions: [topic.arn],
          okActions: [topic.arn],
        },
        // An alarm does not try again to tell a topic that did not let it.
        { ...child, dependsOn: [topicPolicy] },
      );
    });

    this.topicArn = topic.arn;
    this.arns = alarms.map(({ arn }) => arn);
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
