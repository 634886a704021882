import { describe, expect, it } from "vitest";
import { make, type Resource } from "../made-resources.ts";

const EVENTS = "arn:aws:events:us-east-1:000000000000";
const SQS = "arn:aws:sqs:us-east-1:000000000000";

const queue = (name: string): Resource => ["aws:sqs/queue:Queue", { name }];
const admit = (name: string, source = `${EVENTS}:rule/rule`, service = "events.amazonaws.com"): Resource => [
  "aws:sqs/queuePolicy:QueuePolicy",
  {
    queueUrl: `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`,
    policy: JSON.stringify({
      Statement: {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sqs:SendMessage",
        Resource: `${SQS}:${name}`,
        Condition: { ArnEquals: { "aws:SourceArn": source } },
      },
    }),
  },
];
const rule = (inputs = {}): Resource => [
  "aws:cloudwatch/eventRule:EventRule",
  { name: "rule", eventPattern: JSON.stringify({ source: ["aws.s3"] }), ...inputs },
];
const pattern = (eventPattern: unknown) => rule({ eventPattern: JSON.stringify(eventPattern) });
const target = (inputs = {}): Resource => [
  "aws:cloudwatch/eventTarget:EventTarget",
  { rule: "rule", arn: `${SQS}:work`, ...inputs },
];
const READY = [queue("work"), admit("work"), rule()];
const deadLetters = { deadLetterConfig: { arn: `${SQS}:dead` } };

describe("what EventBridge takes", () => {
  it.each<[string, readonly Resource[]]>([
    ["a rule that is disabled", [rule({ state: "DISABLED", eventBusName: "default", description: "All." })]],
    ["two rules", [rule(), rule({ name: "another" })]],
    ["a target after its queue's policy", [...READY, target()]],
    [
      "a target with a dead-letter queue and retries",
      [
        ...READY,
        queue("dead"),
        admit("dead"),
        target({ ...deadLetters, retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 } }),
      ],
    ],
    ["five targets", [...READY, ...[1, 2, 3, 4, 5].map((id) => target({ targetId: String(id) }))]],
    [
      "a notification that tells EventBridge alone",
      [
        ["aws:s3/bucket:Bucket", { bucket: "uploads" }],
        ["aws:s3/bucketNotification:BucketNotification", { bucket: "uploads", eventbridge: true }],
      ],
    ],
  ])("is made here: %s", async (_, resources) => {
    expect(await make(...resources)).toBeUndefined();
  });
});

describe("what EventBridge refuses, or would lose events with", () => {
  it.each<[string, readonly Resource[], RegExp]>([
    ["a pattern that is not JSON", [rule({ eventPattern: "{" })], /^InvalidEventPatternException: .* not an object$/],
    ["a pattern of an unknown operator", [pattern({ a: [{ like: "x" }] })], /Unrecognized match type like/],
    ["a pattern with an empty array", [pattern({ a: [] })], /Empty arrays are not allowed/],
    ["a long pattern", [pattern({ a: ["x".repeat(2_048)] })], /at most 2048 characters, received 2058/],
    ["a rule without a pattern", [rule({ eventPattern: undefined })], /Expected a rule with an event pattern/],
    ["a rule with a schedule", [rule({ scheduleExpression: "rate(5 minutes)" })], /no schedule/],
    ["a rule of another bus", [rule({ eventBusName: "mine" })], /default event bus, received mine/],
    ["a rule in an unknown state", [rule({ state: "PAUSED" })], /Expected a state of ENABLED,.*, received PAUSED/],
    ["a rule with two states", [rule({ state: "ENABLED", isEnabled: true })], /state or isEnabled, received both/],
    ["a rule with a space in its name", [rule({ name: "a b" })], /Expected a rule's name of letters.*, received a b/],
    ["a second rule of a name", [rule(), rule()], /Expected one rule rule: a second one overwrites the first/],
    ["a target of no rule", [queue("work"), admit("work"), target()], /Expected a rule that exists, received rule/],
    ["a target of no queue", [rule(), target()], /queues that exist .*, received arn:aws:sqs:.*:work/],
    [
      "a target before its queue's policy",
      [queue("work"), rule(), target()],
      /^Deliveries would be lost: AccessDenied, since no policy lets EventBridge do sqs:SendMessage from arn:aws:events:us-east-1:000000000000:rule\/rule to arn:aws:sqs:us-east-1:000000000000:work yet\.$/,
    ],
    [
      "a target whose queue admits another rule",
      [queue("work"), admit("work", `${EVENTS}:rule/other`), rule(), target()],
      /no policy lets EventBridge/,
    ],
    [
      "a target whose queue admits another service",
      [queue("work"), admit("work", `${EVENTS}:rule/rule`, "sns.amazonaws.com"), rule(), target()],
      /no policy lets EventBridge/,
    ],
    ["a dead-letter queue that there is not", [...READY, target(deadLetters)], /queues that exist .*:dead/],
    ["a dead-letter queue that admits nobody", [...READY, queue("dead"), target(deadLetters)], /:dead yet\.$/],
    [
      "a retry for less than a minute",
      [...READY, target({ retryPolicy: { maximumEventAgeInSeconds: 59 } })],
      /maximumEventAgeInSeconds to be an integer from 60 to 86400, received 59/,
    ],
    [
      "too many retries",
      [...READY, target({ retryPolicy: { maximumRetryAttempts: 186 } })],
      /maximumRetryAttempts to be an integer from 0 to 185, received 186/,
    ],
    [
      "a sixth target",
      [...READY, ...[1, 2, 3, 4, 5, 6].map((id) => target({ targetId: String(id) }))],
      /at most 5 targets of rule rule/,
    ],
    [
      "a second target of an id",
      [...READY, target({ targetId: "a" }), target({ targetId: "a" })],
      /Expected one target a of rule rule/,
    ],
    ["a part of an event", [...READY, target({ inputPath: "$.detail" })], /whole events, received one with inputPath/],
    ["a target of another bus", [...READY, target({ eventBusName: "mine" })], /default event bus, received mine/],
  ])("is refused here: %s", async (_, resources, message) => {
    expect(await make(...resources)).toMatch(message);
  });
});
