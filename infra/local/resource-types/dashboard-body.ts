import { isObject, parseJson } from "../emulator/json.ts";
import { firstProblem, outside } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const COLUMNS = 24;
const MAX_HEIGHT = 1_000;
const MAX_WIDGETS = 500;
const MAX_ALARMS = 100;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const MAX_WIDGET_METRICS = 500;
const MAX_METRICS = 2_500;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
const MAX_LOG_GROUPS = 50;

type Fields = Readonly<Record<string, unknown>>;

/** Why CloudWatch would refuse a dashboard, or show nothing in a part of it, as a sentence. */
export function dashboardProblem(body: string, alarmArns: readonly unknown[]): string | undefined {
  const dashboard = parseJson(body);
  if (!isObject(dashboard) || !Array.isArray(dashboard.widgets))
    return `Expected a dashboard of widgets in JSON, received ${body.slice(0, 100)}.`;
  const { widgets } = dashboard;
  const metrics = widgets.flatMap((widget: unknown) => (isObject(widget) ? metricsOf(propertiesOf(widget)) : []));
  return firstProblem(
    outside("the number of widgets", widgets.length, 0, MAX_WIDGETS),
    outside("the number of metrics of a dashboard", metrics.length, 0, MAX_METRICS),
    ...widgets.map((widget: unknown, index) => {
      const problem = isObject(widget) ? widgetProblem(widget, alarmArns) : "Expected it to be an object.";
      return problem && `Widget ${index + 1}: ${problem}`;
    }),
  );
}

function widgetProblem(widget: Fields, alarmArns: readonly unknown[]): string | undefined {
  const { type, x, y, width, height } = widget;
  const check = PROPERTIES[String(type)];
  if (check === undefined)
    return `Expected a type of ${Object.keys(PROPERTIES).join(", ")}, which are known here, received ${type}.`;
  return firstProblem(
    outside("x", Number(x), 0, COLUMNS - 1),
    outside("y", Number(y), 0, Number.MAX_SAFE_INTEGER),
    outside("width", Number(width), 1, COLUMNS - Number(x)),
    outside("height", Number(height), 1, MAX_HEIGHT),
    check(propertiesOf(widget), alarmArns),
  );
}

const PROPERTIES: Readonly<Record<string, (properties: Fields, alarmArns: readonly unknown[]) => string | undefined>> =
  {
    metric: (properties) => {
      const metrics = metricsOf(properties);
      const ids = metrics.flatMap(optionsOf).flatMap(({ id }) => id ?? []);
      return firstProblem(
        typeof properties.region !== "string" && "Expected a region.",
        outside("the number of metrics of a widget", metrics.length, 1, MAX_WIDGET_METRICS),
        !metrics.every(isMetric) &&
          "Expected each metric to be an expression, or a namespace, a name and dimensions with values.",
        new Set(ids).size < ids.length && "Expected the ids of metrics to be different.",
      );
    },
    log: ({ region, query }) => {
      const sources = String(query).match(/SOURCE '[^']+'/g) ?? [];
      return firstProblem(
        typeof region !== "string" && "Expected a region.",
        outside("the number of log groups", sources.length, 1, MAX_LOG_GROUPS),
      );
    },
    alarm: ({ alarms }, alarmArns) => {
      const arns: unknown[] = Array.isArray(alarms) ? alarms : [];
      const unknown = arns.find((arn) => !alarmArns.includes(arn));
      return firstProblem(
        outside("the number of alarms", arns.length, 1, MAX_ALARMS),
        unknown !== undefined && `Expected alarms that exist, received ${unknown}.`,
      );
    },
  };

function propertiesOf({ properties }: Fields): Fields {
  return isObject(properties) ? properties : {};
}

function metricsOf({ metrics }: Fields): unknown[] {
  return Array.isArray(metrics) ? metrics : [];
}

function optionsOf(metric: unknown): Fields[] {
  return Array.isArray(metric) ? metric.filter(isObject) : [];
}

function isMetric(metric: unknown): boolean {
  if (!Array.isArray(metric)) return false;
  const texts = metric.filter((part: unknown) => typeof part === "string" && part !== "");
  const [options] = optionsOf(metric);
  const isExpression = metric.length === 1 && typeof options?.expression === "string";
  return (
    isExpression ||
    (texts.length >= 2 && texts.length % 2 === 0 && texts.length + optionsOf(metric).length === metric.length)
  );
}
