import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmRule } from "./alarm-rule.ts";
import { type MonitoredWorker, notifierRules, workerRules } from "./alarm-rules.ts";
import { Alarms } from "./alarms.ts";
import { dashboardBody } from "./dashboard.ts";
import { topicRules } from "./delivery-alarm-rules.ts";

export interface MonitoringArgs {
  readonly workers: readonly MonitoredWorker[];
  /** Of a stack whose uploads are told of by SNS. */
  readonly uploadsTopicName?: pulumi.Input<string>;
  readonly resultsTopicName: pulumi.Input<string>;
  /** Of a stack that mails failures through SES. */
  readonly notifier?: { readonly deadLetterQueueName: pulumi.Input<string> } | undefined;
  readonly alarms: { readonly enabled: boolean; readonly mail: readonly string[] };
  /** Of the metrics that workers themselves write. */
  readonly metricsNamespace: string;
  readonly region: pulumi.Input<string>;
}

/** Whether the stack keeps up, what fails and why: alarms, and a dashboard that is there without them too. */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboardUrl: pulumi.Output<string>;
  /** Where alarms are told of, if there are any. */
  readonly alarmsTopicArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: MonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Monitoring", name, {}, options);
    const child = { parent: this };
    const { metricsNamespace, region } = args;
    const workers = args.workers.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const dashboardName = `${pulumi.getProject()}-${pulumi.getStack()}`.replaceAll(".", "-");

    const alarms = args.alarms.enabled
      ? new Alarms(`${name}-alarms`, { rules: rulesOf({ ...args, workers }), mail: args.alarms.mail }, child)
      : undefined;
    const shown = { workers, alarmArns: [...(alarms?.arns ?? [])], region, metricsNamespace };
    new aws.cloudwatch.Dashboard(
      name,
      { dashboardName, dashboardBody: pulumi.output(shown).apply(dashboardBody) },
      child,
    );

    this.alarmsTopicArn = alarms?.topicArn;
    this.dashboardUrl = pulumi
      .output(region)
      .apply(
        (place) =>
          `https://${place}.console.aws.amazon.com/cloudwatch/home?region=${place}#dashboards/dashboard/${dashboardName}`,
      );
    this.registerOutputs({ dashboardUrl: this.dashboardUrl, alarmsTopicArn: this.alarmsTopicArn });
  }
}

function rulesOf({ workers, uploadsTopicName, resultsTopicName, notifier }: MonitoringArgs): [string, AlarmRule][] {
  const about = (subject: string, rules: readonly AlarmRule[]) =>
    rules.map((rule): [string, AlarmRule] => [subject, rule]);
  return [
    ...workers.flatMap((worker) => about(worker.name, workerRules(worker))),
    ...(uploadsTopicName === undefined ? [] : about("uploads", topicRules("uploads", uploadsTopicName))),
    ...about("results", topicRules("results", resultsTopicName)),
    ...(notifier === undefined ? [] : about("failure-mail", notifierRules(notifier))),
  ];
}
