import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { firstProblem, outside } from "../resource-type.ts";

const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];
const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
const MISSING_DATA = ["breaching", "notBreaching", "ignore", "missing"];
const SHORT_PERIODS = [10, 20, 30];
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
const MAX_ACTIONS = 5;
const MAX_DESCRIPTION_LENGTH = 1_024;
const MAX_DIMENSIONS = 30;

/**
 * Why CloudWatch would refuse an alarm, as a sentence
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html).
 */
export function alarmProblem(inputs: Unwrap<aws.cloudwatch.MetricAlarmArgs>): string | undefined {
  const { evaluationPeriods, datapointsToAlarm, period = 0, statistic, threshold, dimensions = {} } = inputs;
  const { alarmActions = [], okActions = [], alarmDescription = "", treatMissingData, comparisonOperator } = inputs;
  if (inputs.metricQueries || inputs.thresholdMetricId || inputs.extendedStatistic)
    return "Expected an alarm on one metric and one of its plain statistics, which is all that is known here.";
  const longest = period < HOUR_SECONDS ? DAY_SECONDS : 7 * DAY_SECONDS;
  return firstProblem(
    !(inputs.namespace && inputs.metricName) && "Expected an alarm to name a namespace and a metric.",
    oneOf("comparisonOperator", comparisonOperator, COMPARISONS),
    oneOf("statistic", statistic, STATISTICS),
    treatMissingData !== undefined && oneOf("treatMissingData", treatMissingData, MISSING_DATA),
    typeof threshold !== "number" && `Expected an alarm to have a threshold, received ${threshold}.`,
    !(SHORT_PERIODS.includes(period) || (period > 0 && period % 60 === 0)) &&
      `Expected a period of 10, 20 or 30 seconds or of whole minutes, received ${period}.`,
    evaluationPeriods === undefined && "Expected an alarm to have evaluationPeriods, received none.",
    outside("evaluationPeriods", evaluationPeriods, 1, Math.floor(longest / period)),
    outside("datapointsToAlarm", datapointsToAlarm, 1, Number(evaluationPeriods)),
    outside("the number of dimensions", Object.keys(dimensions).length, 0, MAX_DIMENSIONS),
    outside("the number of actions", Math.max(alarmActions.length, okActions.length), 0, MAX_ACTIONS),
    outside("the length of alarmDescription", alarmDescription.length, 0, MAX_DESCRIPTION_LENGTH),
    Object.entries(dimensions).some(([, value]) => value === "") &&
      "Expected dimensions with values, received an empty one.",
  );
}

function oneOf(name: string, value: string | undefined, values: readonly string[]): string | undefined {
  if (value !== undefined && values.includes(value)) return undefined;
  return `Expected ${name} to be one of ${values.join(", ")}, received ${value}.`;
}
