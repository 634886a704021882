import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EncryptionSettings } from "./encryption.ts";
import { metricsNamespace } from "./metrics-namespace.ts";
import type { AlarmRule } from "./monitoring/alarm-rule.ts";
import { type MonitoredWorker, notifierRules, workerRules } from "./monitoring/alarm-rules.ts";
import { Alarms } from "./monitoring/alarms.ts";
import { dashboardBody } from "./monitoring/dashboard.ts";
import { topicRules } from "./monitoring/delivery-alarm-rules.ts";
import { placeOf } from "./policies/statements.ts";

export interface MonitoringArgs {
  readonly workers: readonly MonitoredWorker[];
  /** With a topic if uploads are told of by SNS. */
  readonly uploads: { readonly topicName: pulumi.Input<string> | undefined };
  readonly results: { readonly topicName: pulumi.Input<string>; readonly topicArn: pulumi.Input<string> };
  /** Of a stack that mails failures through SES. */
  readonly notifier?: { readonly deadLetterQueueName: pulumi.Input<string> } | undefined;
  readonly alarms: { readonly enabled: boolean; readonly mail: readonly string[] };
  /** Default: as AWS encrypts without a key of the stack. */
  readonly encryption?: EncryptionSettings;
}

/** Whether the stack keeps up, what fails and why: alarms, and a dashboard that is there without them too. */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboardUrl: pulumi.Output<string>;
  /** Where alarms are told of, if there are any. */
  readonly alarmsTopicArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: MonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Monitoring", name, {}, options);
    const child = { parent: this };
    const { encryption = {} } = args;
    const region = pulumi.output(args.results.topicArn).apply((arn) => placeOf(arn).region);
    const workers = args.workers.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const dashboardName = `${pulumi.getProject()}-${pulumi.getStack()}`.replaceAll(".", "-");

    const alarms = args.alarms.enabled
      ? new Alarms(
          `${name}-alarms`,
          { rules: rulesOf({ ...args, workers }), mail: args.alarms.mail, encryption },
          child,
        )
      : undefined;
    const shown = { workers, alarmArns: [...(alarms?.arns ?? [])], region, metricsNamespace: metricsNamespace() };
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

function rulesOf({ workers, uploads, results, notifier }: MonitoringArgs): [string, AlarmRule][] {
  const about = (subject: string, rules: readonly AlarmRule[]) =>
    rules.map((rule): [string, AlarmRule] => [subject, rule]);
  return [
    ...workers.flatMap((worker) => about(worker.name, workerRules(worker))),
    ...(uploads.topicName === undefined ? [] : about("uploads", topicRules("uploads", uploads.topicName))),
    ...about("results", topicRules("results", results.topicName)),
    ...(notifier === undefined ? [] : about("failure-mail", notifierRules(notifier))),
  ];
}
