import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { MonitoredWorker } from "../../infra/monitoring/alarm-rules.ts";
import { dashboardBody } from "../../infra/monitoring/dashboard.ts";
import { Monitoring, type MonitoringArgs } from "../../infra/monitoring.ts";
import { alarmTopicPolicy } from "../../infra/policies.ts";
import { find, type RegisteredResource, register } from "../support/pulumi-mocks.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const ALARMS_TOPIC = "arn:aws:sns:eu-central-1:123456789012:monitoring-alarms";

function worker(name: string, given: Partial<MonitoredWorker> = {}): MonitoredWorker {
  return {
    name,
    functionName: `image-machine-test-${name}`,
    queueName: `${name}-uploads`,
    deadLetterQueueName: `${name}-dead-letters`,
    undeliveredQueueName: `${name}-undelivered`,
    timeoutSeconds: 60,
    ...given,
  };
}

const ARGS: MonitoringArgs = {
  workers: [worker("thumbnail"), worker("pixelate")],
  uploads: { topicName: "uploads-1234567" },
  results: { topicName: pulumi.output("results-1234567"), topicArn: "arn:aws:sns:eu-central-1:123456789012:results" },
  notifier: { deadLetterQueueName: "failure-mail-dead-letters" },
  alarms: { enabled: true, mail: ["ops@example.com"] },
};

const deploy = (args: Partial<MonitoringArgs> = {}) =>
  register(() => new Monitoring("monitoring", { ...ARGS, ...args }));

/** The alarms of a worker, a topic or the mail: what each watches, and from when on it is on. */
function alarmsOf(resources: readonly RegisteredResource[], about: string): Record<string, string> {
  const prefix = `image-machine-test-${about}-`;
  const alarms = resources.filter(({ type, inputs }) => type === ALARM && String(inputs.name).startsWith(prefix));
  return Object.fromEntries(
    alarms.map(({ inputs }) => {
      const { namespace, metricName, dimensions, statistic, threshold, evaluationPeriods, datapointsToAlarm } = inputs;
      const [dimension] = Object.entries(dimensions as Record<string, string>).map((pair) => pair.join(" "));
      const when = `${statistic} >= ${threshold}, ${datapointsToAlarm} of ${evaluationPeriods}`;
      return [String(inputs.name).slice(prefix.length), `${namespace} ${metricName} of ${dimension}: ${when}`];
    }),
  );
}

describe("alarms", () => {
  it("watch what a worker gives up, what does not reach it, and whether it keeps up and runs", async () => {
    const resources = await deploy();

    expect(alarmsOf(resources, "thumbnail")).toEqual({
      "dead-letters":
        "AWS/SQS ApproximateNumberOfMessagesVisible of QueueName thumbnail-dead-letters: Maximum >= 1, 1 of 1",
      undelivered:
        "AWS/SQS ApproximateNumberOfMessagesVisible of QueueName thumbnail-undelivered: Maximum >= 1, 1 of 1",
      age: "AWS/SQS ApproximateAgeOfOldestMessage of QueueName thumbnail-uploads: Maximum >= 720, 5 of 5",
      errors: "AWS/Lambda Errors of FunctionName image-machine-test-thumbnail: Sum >= 1, 3 of 3",
      throttles: "AWS/Lambda Throttles of FunctionName image-machine-test-thumbnail: Sum >= 1, 5 of 5",
    });
  });

  it.each([
    [1, 300],
    [25, 300],
    [26, 312],
    [900, 10_800],
  ])(
    "call a message old that waits longer than two failed receives explain: %i s make %i s",
    async (timeoutSeconds, threshold) => {
      const resources = await deploy({ workers: [worker("thumbnail", { timeoutSeconds })] });

      expect(find(resources, ALARM, "monitoring-alarms-thumbnail-age").inputs.threshold).toBe(threshold);
    },
  );

  it("watch the rule of a worker that EventBridge feeds", async () => {
    const resources = await deploy({
      workers: [worker("thumbnail", { eventRuleName: pulumi.output("thumbnail-rule") })],
      uploads: { topicName: undefined },
    } as never);

    expect(alarmsOf(resources, "thumbnail")).toMatchObject({
      "rule-failed": "AWS/Events FailedInvocations of RuleName thumbnail-rule: Sum >= 1, 1 of 1",
      "rule-undelivered": "AWS/Events InvocationsSentToDlq of RuleName thumbnail-rule: Sum >= 1, 1 of 1",
      "rule-lost": "AWS/Events InvocationsFailedToBeSentToDlq of RuleName thumbnail-rule: Sum >= 1, 1 of 1",
    });
    expect(alarmsOf(resources, "uploads")).toEqual({});
  });

  it.each(["uploads", "results"])("watch whether the topic %s reaches its subscribers", async (topic) => {
    const resources = await deploy();

    const once = `of TopicName ${topic}-1234567: Sum >= 1, 1 of 1`;
    expect(alarmsOf(resources, topic)).toEqual({
      "topic-failed": `AWS/SNS NumberOfNotificationsFailed ${once}`,
      "topic-undelivered": `AWS/SNS NumberOfNotificationsRedrivenToDlq ${once}`,
      "topic-lost": `AWS/SNS NumberOfNotificationsFailedToRedriveToDlq ${once}`,
      "topic-unreadable": `AWS/SNS NumberOfNotificationsFilteredOut-InvalidMessageBody ${once}`,
    });
  });

  it("watch whether mail on failures is sent, if SES sends it", async () => {
    const by = { ses: await deploy(), others: await deploy({ notifier: undefined }) };

    expect(alarmsOf(by.ses, "failure-mail")).toEqual({
      unsent: "AWS/SQS ApproximateNumberOfMessagesVisible of QueueName failure-mail-dead-letters: Maximum >= 1, 1 of 1",
    });
    expect(alarmsOf(by.others, "failure-mail")).toEqual({});
  });

  it("tell by mail when they go on and off, and never of what there are no data of", async () => {
    const resources = await deploy();

    const alarms = resources.filter(({ type }) => type === ALARM);
    expect(alarms).toHaveLength(2 * 5 + 2 * 4 + 1);
    for (const { inputs, dependsOn } of alarms) {
      expect(inputs).toMatchObject({
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        period: 60,
        treatMissingData: "notBreaching",
        alarmActions: [ALARMS_TOPIC],
        okActions: [ALARMS_TOPIC],
      });
      expect(dependsOn).toContain("aws:sns/topicPolicy:TopicPolicy monitoring-alarms");
    }
    expect(find(resources, "aws:sns/topicPolicy:TopicPolicy", "monitoring-alarms").inputs).toEqual({
      arn: ALARMS_TOPIC,
      policy: alarmTopicPolicy({ topicArn: ALARMS_TOPIC, alarmPrefix: "image-machine-test-" }),
    });
    expect(
      find(resources, "aws:sns/topicSubscription:TopicSubscription", "monitoring-alarms-ops@example.com").inputs,
    ).toEqual({ topic: ALARMS_TOPIC, protocol: "email", endpoint: "ops@example.com" });
  });

  it("say in one sentence what to do", async () => {
    const resources = await deploy({ workers: [worker("thumbnail", { eventRuleName: "thumbnail" })] });

    const descriptions = resources.filter(({ type }) => type === ALARM).map(({ inputs }) => inputs.alarmDescription);
    expect(new Set(descriptions).size).toBe(descriptions.length);
    for (const description of descriptions)
      expect(description).toMatch(
        /^[^.:]{10,100}: [^.:]{20,200}\.$|^Messages of the topic [^.]{20,200}\.$|^Events for [^.]{20,200}\.$/,
      );
  });
});

describe("monitoring", () => {
  it("is a dashboard alone, if the stack wants no alarms", async () => {
    const resources = await deploy({ alarms: { enabled: false, mail: ["ops@example.com"] } });

    expect(resources.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "image-machine:infra:Monitoring monitoring",
      "aws:cloudwatch/dashboard:Dashboard monitoring",
    ]);
  });

  it("shows workers by name, and all alarms", async () => {
    const resources = await deploy();

    const dashboard = find(resources, "aws:cloudwatch/dashboard:Dashboard", "monitoring").inputs;

    const workers = ["pixelate", "thumbnail"];
    const kinds = ["dead-letters", "undelivered", "age", "errors", "throttles"];
    const topics = ["uploads", "results"];
    const alarms = [
      ...workers.flatMap((name) => kinds.map((kind) => `${name}-${kind}`)),
      ...topics.flatMap((name) =>
        ["failed", "undelivered", "lost", "unreadable"].map((kind) => `${name}-topic-${kind}`),
      ),
      "failure-mail-unsent",
    ];
    expect(dashboard).toEqual({
      dashboardName: "image-machine-test",
      dashboardBody: dashboardBody({
        workers: workers.map((name) => worker(name)) as never,
        alarmArns: alarms.map(
          (name) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:image-machine-test-${name}`,
        ),
        region: "eu-central-1",
        metricsNamespace: "ImageMachine/test",
      }),
    });
  });

  it("tells where its dashboard is, and where alarms are told of", async () => {
    let told: unknown;
    await register(() => {
      const { dashboardUrl, alarmsTopicArn } = new Monitoring("monitoring", ARGS);
      pulumi.output({ dashboardUrl, alarmsTopicArn }).apply((values) => {
        told = values;
      });
    });

    expect(told).toEqual({
      dashboardUrl:
        "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/image-machine-test",
      alarmsTopicArn: ALARMS_TOPIC,
    });
  });
});
