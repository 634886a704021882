import { oldAfterSeconds } from "./alarm-rules.ts";
import { alarmStatus, failuresByCode, layOut, type Metric, singleNumber, timeSeries, type Widget } from "./widgets.ts";

/** A worker, by the names under which CloudWatch counts for it. */
export interface ShownWorker {
  readonly name: string;
  readonly functionName: string;
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly undeliveredQueueName: string;
  readonly timeoutSeconds: number;
}

export interface DashboardFacts {
  /** In the order in which they are shown. */
  readonly workers: readonly ShownWorker[];
  readonly alarmArns: readonly string[];
  readonly region: string;
  /** Of the metrics that workers themselves write. */
  readonly metricsNamespace: string;
}

/** Names of metrics that the runtime writes, one for each end that an upload can have in a worker. */
const ENDS = ["done", "skipped", "failed", "removed"];

/**
 * The dashboard of a stack, as JSON: whether it keeps up first, then what fails and why, then how functions fare. With 16
 * metrics for each worker, CloudWatch's 2,500 are enough for 150 workers
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html).
 */
export function dashboardBody({ workers, alarmArns, region, metricsNamespace }: DashboardFacts): string {
  const inQueue = (metric: string, queue: "queueName" | "deadLetterQueueName" | "undeliveredQueueName"): Metric[] =>
    workers.map((worker) => ["AWS/SQS", metric, "QueueName", worker[queue], { label: worker.name }]);
  const inFunction = (metric: string): Metric[] =>
    workers.map(({ name, functionName }) => ["AWS/Lambda", metric, "FunctionName", functionName, { label: name }]);
  const written = (metric: string, stat: string, suffix = ""): Metric[] =>
    workers.map(({ name }) => [metricsNamespace, metric, "service", name, { label: `${name}${suffix}`, stat }]);

  const visible = "ApproximateNumberOfMessagesVisible";
  const waiting = inQueue(visible, "queueName");
  const age = inQueue("ApproximateAgeOfOldestMessage", "queueName");
  const deadLetters = [...inQueue(visible, "deadLetterQueueName"), ...inQueue(visible, "undeliveredQueueName")];
  const oldAfter = workers.length === 0 ? [] : [Math.min(...workers.map(oldAfterSeconds))];
  const rows: Widget[][] = [
    [
      singleNumber("Oldest message (s)", "MAX", age),
      singleNumber("Waiting messages", "SUM", waiting),
      singleNumber("Dead letters and undelivered messages", "SUM", deadLetters),
    ],
    ...alarmStatus("Alarms", alarmArns).map((widget) => [widget]),
    [
      timeSeries("Waiting messages", "Maximum", waiting),
      timeSeries("Age of the oldest message (s)", "Maximum", age, oldAfter),
    ],
    ENDS.map((end) => timeSeries(`Uploads ${end}`, "Sum", written(end, "Sum"))),
    [
      ...failuresByCode(
        "Failures by code",
        workers.map(({ functionName }) => `/aws/lambda/${functionName}`),
      ),
      timeSeries("Dead letters", "Maximum", inQueue(visible, "deadLetterQueueName")),
    ],
    [
      timeSeries("Duration of an upload (ms)", "p50", [
        ...written("duration", "p50", " p50"),
        ...written("duration", "p90", " p90"),
      ]),
      timeSeries("Functions at work", "Maximum", inFunction("ConcurrentExecutions")),
    ],
    [
      timeSeries("Errors of functions", "Sum", inFunction("Errors")),
      timeSeries("Throttles of functions", "Sum", inFunction("Throttles")),
    ],
  ];
  return JSON.stringify({ start: "-PT6H", widgets: layOut(rows, region) });
}
