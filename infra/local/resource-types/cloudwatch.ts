import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { publishFromAlarm } from "../iam/service-request.ts";
import type { Machine } from "../machine.ts";
import { find, type Place, type ResourceType, resourceType } from "../resource-type.ts";
import { alarmProblem } from "./alarm-inputs.ts";
import { dashboardProblem } from "./dashboard-body.ts";
import { topicAdmits } from "./deployed-policies.ts";

type AlarmInputs = Unwrap<aws.cloudwatch.MetricAlarmArgs>;

export const CLOUDWATCH_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:cloudwatch/logGroup:LogGroup": resourceType<Unwrap<aws.cloudwatch.LogGroupArgs>>({
    name: { input: "name", maxLength: 512 },
    outputs: (_, { region, accountId }, name) => ({
      id: name,
      arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}`,
    }),
  }),
  // Nothing is measured here, so that an alarm never goes on.
  "aws:cloudwatch/metricAlarm:MetricAlarm": resourceType<AlarmInputs>({
    name: { input: "name", maxLength: 255 },
    outputs: (_, place, name) => ({ id: name, arn: alarmArn(name, place) }),
    refuse: (inputs, deployed, place) => {
      const shut = actionsOf(inputs).find(
        (topicArn) => !topicAdmits(deployed, publishFromAlarm(alarmArn(inputs.name, place), topicArn)),
      );
      return (
        alarmProblem(inputs) ??
        (shut &&
          `The alarm would tell nobody: AccessDenied, since no policy lets CloudWatch do sns:Publish to ${shut} yet.`)
      );
    },
    make: askToPublish,
    update: askToPublish,
  }),
  "aws:cloudwatch/dashboard:Dashboard": resourceType<Unwrap<aws.cloudwatch.DashboardArgs>>({
    name: { input: "dashboardName", maxLength: 255 },
    // Dashboards belong to no region.
    outputs: (_, { accountId }, name) => ({
      id: name,
      dashboardArn: `arn:aws:cloudwatch::${accountId}:dashboard/${name}`,
    }),
    refuse: ({ dashboardName, dashboardBody }, deployed) => {
      if (!/^[\w-]+$/.test(dashboardName))
        return `Expected a dashboard's name of letters, digits, - and _, received ${dashboardName}.`;
      const alarms = find(deployed, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ outputs }) => outputs.arn);
      return dashboardProblem(dashboardBody, alarms);
    },
  }),
};

/** What the alarm asks for when it goes on, so that this is among the machine's calls. */
async function askToPublish(inputs: AlarmInputs, { access, emulator }: Machine): Promise<void> {
  for (const topicArn of actionsOf(inputs)) {
    const { principal, ...request } = publishFromAlarm(alarmArn(inputs.name, emulator), topicArn);
    access.refusal(principal, request);
  }
}

function actionsOf({ alarmActions = [], okActions = [], insufficientDataActions = [] }: AlarmInputs): string[] {
  return [...new Set([...alarmActions, ...okActions, ...insufficientDataActions].map(String))];
}

function alarmArn(name: unknown, { region, accountId }: Pick<Place, "region" | "accountId">): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
}
