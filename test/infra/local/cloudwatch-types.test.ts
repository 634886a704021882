import { describe, expect, it } from "vitest";
import { LocalProvider } from "../../../infra/local/local-provider.ts";
import { alarmTopicPolicy } from "../../../infra/policies.ts";

const PLACE = { region: "us-east-1", accountId: "000000000000", queueEndpoint: "https://sqs.us-east-1.amazonaws.com" };
const TOPIC = "arn:aws:sns:us-east-1:000000000000:alarms";
const ALARM = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:burns";

type Resource = readonly [type: string, inputs: Record<string, unknown>];

const topic: Resource = ["aws:sns/topic:Topic", { name: "alarms" }];
const topicPolicy: Resource = [
  "aws:sns/topicPolicy:TopicPolicy",
  { arn: TOPIC, policy: alarmTopicPolicy({ topicArn: TOPIC, alarmPrefix: "" }) },
];
const alarm = (inputs = {}): Resource => [
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  {
    name: "burns",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: "dead" },
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    statistic: "Maximum",
    threshold: 1,
    period: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    treatMissingData: "notBreaching",
    ...inputs,
  },
];
const dashboard = (body: unknown, dashboardName = "image-machine-dev"): Resource => [
  "aws:cloudwatch/dashboard:Dashboard",
  { dashboardName, dashboardBody: typeof body === "string" ? body : JSON.stringify(body) },
];
const METRICS = [["AWS/SQS", "NumberOfMessagesSent", "QueueName", "work"]];
const widget = (given = {}, properties = {}) => ({
  ...{ type: "metric", x: 0, y: 0, width: 24, height: 6 },
  ...given,
  properties: { region: "us-east-1", metrics: METRICS, ...properties },
});
const widgets = (...list: unknown[]) => dashboard({ widgets: list });

/** Makes resources one after the other; gives what the last one is refused for. */
async function make(...resources: readonly Resource[]): Promise<string | undefined> {
  const provider = new LocalProvider(PLACE);
  const problems: (string | undefined)[] = [];
  for (const [index, [type, inputs]] of resources.entries()) {
    const names = { urn: `urn:${index}`, type, name: `r${index}`, parent: undefined, dependsOn: [] };
    problems.push(
      await provider.create({ ...names, inputs, shownInputs: inputs, custom: true }).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    );
  }
  expect(problems.slice(0, -1)).toEqual(resources.slice(1).map(() => undefined));
  return problems.at(-1);
}

describe("an alarm", () => {
  it.each<[string, readonly Resource[]]>([
    ["that tells nobody", [alarm()]],
    ["that tells a topic which lets it", [topic, topicPolicy, alarm({ alarmActions: [TOPIC], okActions: [TOPIC] })]],
    ["of seconds", [alarm({ period: 10 })]],
    ["of a week of hours", [alarm({ period: 3600, evaluationPeriods: 168 })]],
  ])("is made %s", async (_, resources) => {
    expect(await make(...resources)).toBeUndefined();
  });

  it.each<[string, readonly Resource[], RegExp]>([
    [
      "a period of 45 s",
      [alarm({ period: 45 })],
      /Expected a period of 10, 20 or 30 seconds or of whole minutes, received 45/,
    ],
    ["no period", [alarm({ period: 0 })], /Expected a period of/],
    [
      "no evaluation",
      [alarm({ evaluationPeriods: 0 })],
      /evaluationPeriods to be an integer from 1 to 1440, received 0/,
    ],
    [
      "more than a day of minutes",
      [alarm({ evaluationPeriods: 1441 })],
      /evaluationPeriods to be an integer from 1 to 1440/,
    ],
    ["no evaluationPeriods", [alarm({ evaluationPeriods: undefined })], /Expected an alarm to have evaluationPeriods/],
    [
      "more datapoints than periods",
      [alarm({ datapointsToAlarm: 6 })],
      /datapointsToAlarm to be an integer from 1 to 5, received 6/,
    ],
    [
      "an unknown statistic",
      [alarm({ statistic: "p50" })],
      /Expected statistic to be one of SampleCount, .*, received p50/,
    ],
    ["an unknown comparison", [alarm({ comparisonOperator: ">" })], /Expected comparisonOperator to be one of/],
    ["no threshold", [alarm({ threshold: undefined })], /Expected an alarm to have a threshold, received undefined/],
    ["other missing data", [alarm({ treatMissingData: "no" })], /Expected treatMissingData to be one of/],
    ["no metric", [alarm({ metricName: undefined })], /Expected an alarm to name a namespace and a metric/],
    ["an empty dimension", [alarm({ dimensions: { QueueName: "" } })], /Expected dimensions with values/],
    ["a long description", [alarm({ alarmDescription: "d".repeat(1025) })], /length of alarmDescription/],
    ["many actions", [alarm({ alarmActions: Array(6).fill(TOPIC) })], /number of actions to be an integer from 0 to 5/],
    ["an expression", [alarm({ metricQueries: [{ id: "a" }] })], /Expected an alarm on one metric/],
    ["a long name", [alarm({ name: "n".repeat(256) })], /Expected a name of at most 255 characters/],
    [
      "a topic that does not let it yet",
      [topic, alarm({ okActions: [TOPIC] })],
      /The alarm would tell nobody: AccessDenied, since no policy lets CloudWatch do sns:Publish to .*:alarms yet/,
    ],
    [
      "a topic that lets other alarms alone",
      [
        topic,
        [
          "aws:sns/topicPolicy:TopicPolicy",
          { arn: TOPIC, policy: alarmTopicPolicy({ topicArn: TOPIC, alarmPrefix: "other-" }) },
        ],
        alarm({ alarmActions: [TOPIC] }),
      ],
      /The alarm would tell nobody/,
    ],
    [
      "what is no topic",
      [alarm({ alarmActions: ["arn:aws:automate:us-east-1:ec2:stop"] })],
      /The alarm would tell nobody/,
    ],
  ])("is refused with %s", async (_, resources, message) => {
    expect(await make(...resources)).toMatch(message);
  });
});

describe("a dashboard", () => {
  it.each<[string, readonly Resource[]]>([
    ["without widgets", [widgets()]],
    [
      "with metrics and expressions",
      [widgets(widget({}, { metrics: [[{ expression: "SUM(METRICS())" }], ...METRICS] }))],
    ],
    ["with alarms that exist", [alarm(), widgets(widget({ type: "alarm" }, { alarms: [ALARM] }))]],
    ["with a query of logs", [widgets(widget({ type: "log" }, { query: "SOURCE '/aws/lambda/a' | limit 1" }))]],
  ])("is made %s", async (_, resources) => {
    expect(await make(...resources)).toBeUndefined();
  });

  it.each<[string, Resource, RegExp]>([
    ["no JSON", dashboard("{"), /Expected a dashboard of widgets in JSON, received \{\./],
    ["no widgets", dashboard({}), /Expected a dashboard of widgets in JSON/],
    [
      "a name of other characters",
      dashboard({ widgets: [] }, "image.machine"),
      /Expected a dashboard's name of letters, digits, - and _, received image\.machine/,
    ],
    [
      "a widget beyond the right edge",
      widgets(widget(), widget({ x: 12, width: 13 })),
      /^Widget 2: Expected width to be an integer from 1 to 12, received 13/,
    ],
    ["a widget above the top", widgets(widget({ y: -1 })), /Widget 1: Expected y/],
    ["a widget without a height", widgets(widget({ height: undefined })), /Widget 1: Expected height/],
    [
      "a widget of an unknown type",
      widgets(widget({ type: "gauge" })),
      /Expected a type of metric, log, alarm, which are known here, received gauge/,
    ],
    ["metrics of no region", widgets(widget({}, { region: undefined })), /Expected a region/],
    [
      "no metrics",
      widgets(widget({}, { metrics: [] })),
      /number of metrics of a widget to be an integer from 1 to 500, received 0/,
    ],
    [
      "501 metrics in a widget",
      widgets(widget({}, { metrics: Array(501).fill(METRICS[0]) })),
      /from 1 to 500, received 501/,
    ],
    [
      "a dimension without a value",
      widgets(widget({}, { metrics: [["AWS/SQS", "Sent", "QueueName"]] })),
      /Expected each metric to be/,
    ],
    [
      "an empty dimension",
      widgets(widget({}, { metrics: [["AWS/SQS", "Sent", "QueueName", ""]] })),
      /Expected each metric to be/,
    ],
    [
      "an id twice",
      widgets(
        widget(
          {},
          {
            metrics: [
              ["A", "b", { id: "m" }],
              ["A", "c", { id: "m" }],
            ],
          },
        ),
      ),
      /Expected the ids of metrics to be different/,
    ],
    [
      "an alarm that is not there",
      widgets(widget({ type: "alarm" }, { alarms: [ALARM] })),
      /Expected alarms that exist, received arn:/,
    ],
    [
      "no alarms in a widget",
      widgets(widget({ type: "alarm" }, { alarms: [] })),
      /number of alarms to be an integer from 1 to 100/,
    ],
    [
      "a query of no log group",
      widgets(widget({ type: "log" }, { query: "limit 1" })),
      /number of log groups to be an integer from 1 to 50, received 0/,
    ],
  ])("is refused with %s", async (_, resource, message) => {
    expect(await make(resource)).toMatch(message);
  });
});
