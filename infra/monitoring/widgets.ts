/** `[namespace, name, dimension, value, { label }]`, or `[{ expression }]`. */
export type Metric = readonly (string | Readonly<Record<string, unknown>>)[];

/** A part of a dashboard that has no place as yet. */
export interface Widget {
  readonly type: "metric" | "log" | "alarm";
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const GRID_COLUMNS = 24;
const MAX_ALARMS = 100;

/** Of one query (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html). */
const MAX_LOG_GROUPS = 50;

const PERIOD_SECONDS = 60;

/** Several metrics as one number: as it is now, over how it was. */
export function singleNumber(title: string, sum: "MAX" | "SUM", metrics: readonly Metric[]): Widget {
  const hidden = metrics.map((metric, index) => {
    const { label: _, ...options } = metric.find((part) => typeof part === "object") ?? {};
    return [...metric.filter((part) => typeof part === "string"), { ...options, id: `m${index}`, visible: false }];
  });
  return {
    type: "metric",
    height: 4,
    properties: {
      title,
      view: "singleValue",
      sparkline: true,
      stat: "Maximum",
      period: PERIOD_SECONDS,
      metrics: [[{ expression: `${sum}(METRICS())`, label: title, id: "all" }], ...hidden],
    },
  };
}

/** A line for each metric. @param marks where a line is drawn across */
export function timeSeries(
  title: string,
  stat: string,
  metrics: readonly Metric[],
  marks: readonly number[] = [],
): Widget {
  return {
    type: "metric",
    height: 6,
    properties: {
      title,
      view: "timeSeries",
      stat,
      period: PERIOD_SECONDS,
      yAxis: { left: { min: 0 } },
      metrics,
      ...(marks.length > 0 && { annotations: { horizontal: marks.map((value) => ({ value })) } }),
    },
  };
}

/** Which alarms are on. Several widgets if there are more than fit in one. */
export function alarmStatus(title: string, alarmArns: readonly string[]): Widget[] {
  return chunks(alarmArns, MAX_ALARMS).map((alarms) => ({
    type: "alarm",
    height: Math.max(2, Math.ceil(alarms.length / 6)),
    properties: { title, alarms, sortBy: "stateUpdatedTimestamp" },
  }));
}

/** Counts the failures that functions logged, whose codes are no dimension of a metric: each would cost as much as a metric. */
export function failuresByCode(title: string, logGroups: readonly string[]): Widget[] {
  return chunks(logGroups, MAX_LOG_GROUPS).map((groups) => ({
    type: "log",
    height: 6,
    properties: {
      title,
      view: "table",
      query: [
        ...groups.map((group) => `SOURCE '${group}'`),
        'filter status = "failed"',
        "stats count(*) as failures by code, service",
        "sort failures desc",
      ].join(" | "),
    },
  }));
}

/** Gives each widget its place: those of a row share its width. A row without widgets, or a widget without data, has none. */
export function layOut(rows: readonly (readonly Widget[])[], region: string) {
  let top = 0;
  return rows.flatMap((row) => {
    const filled = row.filter(({ properties: { metrics } }) => !Array.isArray(metrics) || metrics.some(isData));
    const width = Math.floor(GRID_COLUMNS / Math.max(1, filled.length));
    const y = top;
    top += Math.max(0, ...filled.map(({ height }) => height));
    return filled.map(({ type, height, properties }, index) => ({
      ...{ type, x: index * width, y, width, height },
      // An alarm's ARN says where it is.
      properties: type === "alarm" ? properties : { ...properties, region },
    }));
  });
}

function isData(metric: unknown): boolean {
  return Array.isArray(metric) && typeof metric[0] === "string";
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
