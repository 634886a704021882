import { describe, expect, it } from "vitest";
import { make, type Resource } from "./made-resources.ts";

const ARN = "arn:aws";
const QUEUE = `${ARN}:sqs:us-east-1:000000000000:work`;
const DEAD_LETTERS = `${ARN}:sqs:us-east-1:000000000000:dead`;
const TOPIC = `${ARN}:sns:us-east-1:000000000000:topic`;
const ROLE = `${ARN}:iam::000000000000:role/role`;

const policy = (service: string, action: string, resource: string, source: string) =>
  JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: action,
        Resource: resource,
        Condition: { ArnEquals: { "aws:SourceArn": source } },
      },
    ],
  });

const queue = (inputs = {}): Resource => [
  "aws:sqs/queue:Queue",
  { name: "work", visibilityTimeoutSeconds: 60, ...inputs },
];
const queuePolicy = (source = TOPIC): Resource => [
  "aws:sqs/queuePolicy:QueuePolicy",
  {
    queueUrl: "https://sqs.us-east-1.amazonaws.com/000000000000/work",
    policy: policy("sns.amazonaws.com", "sqs:SendMessage", QUEUE, source),
  },
];
const topic: Resource = ["aws:sns/topic:Topic", { name: "topic" }];
const topicPolicy = (source: string): Resource => [
  "aws:sns/topicPolicy:TopicPolicy",
  { arn: TOPIC, policy: policy("s3.amazonaws.com", "sns:Publish", TOPIC, source) },
];
const subscription = (inputs = {}): Resource => [
  "aws:sns/topicSubscription:TopicSubscription",
  { topic: TOPIC, protocol: "sqs", endpoint: QUEUE, ...inputs },
];
const MAIL = { protocol: "email", endpoint: "ops@example.com" };
const notification: Resource = [
  "aws:s3/bucketNotification:BucketNotification",
  { bucket: "bucket", topics: [{ topicArn: TOPIC, events: ["s3:ObjectCreated:*"] }] },
];
const role = (service = "lambda.amazonaws.com"): Resource => [
  "aws:iam/role:Role",
  {
    name: "role",
    assumeRolePolicy: JSON.stringify({
      Statement: { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" },
    }),
  },
];
const rolePolicy = (...actions: string[]): Resource => [
  "aws:iam/rolePolicy:RolePolicy",
  {
    role: "role",
    policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: `${ARN}:sqs:*:*:work` }] }),
  },
];
const lambda = (inputs = {}): Resource => [
  "aws:lambda/function:Function",
  { name: "lambda", role: ROLE, timeout: 60, ...inputs },
];
const mapping = (inputs = {}): Resource => [
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  { functionName: "lambda", eventSourceArn: QUEUE, ...inputs },
];
const POLLING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const READY = [queue(), role(), rolePolicy(...POLLING), lambda()];

describe("what AWS takes", () => {
  it.each<[string, readonly Resource[]]>([
    ["a notification after its topic's policy", [topic, topicPolicy("arn:aws:s3:::bucket"), notification]],
    ["a subscription after its queue's policy", [topic, queue(), queuePolicy(), subscription()]],
    [
      "a dead-letter queue that exists",
      [
        ["aws:sqs/queue:Queue", { name: "dead" }],
        queue({ redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: 5 }) }),
      ],
    ],
    ["a mapping of a function that may poll", [...READY, mapping({ scalingConfig: { maximumConcurrency: 2 } })]],
    [
      "a mapping with provisioned pollers",
      [...READY, mapping({ provisionedPollerConfig: { minimumPollers: 2, maximumPollers: 10_000 } })],
    ],
    ["mail to an address", [topic, subscription(MAIL)]],
    ["large batches with a window", [...READY, mapping({ batchSize: 100, maximumBatchingWindowInSeconds: 1 })]],
  ])("is made here: %s", async (_, resources) => {
    expect(await make(...resources)).toBeUndefined();
  });
});

describe("what AWS refuses", () => {
  it.each<[string, readonly Resource[], RegExp]>([
    [
      "a notification before its topic's policy",
      [topic, notification],
      /Unable to validate the following destination configurations/,
    ],
    [
      "a notification to a topic that admits another bucket",
      [topic, topicPolicy("arn:aws:s3:::other"), notification],
      /Unable to validate/,
    ],
    [
      "a second notification of a bucket",
      [topic, topicPolicy("arn:aws:s3:::bucket"), notification, notification],
      /a second one overwrites the first/,
    ],
    [
      "a subscription before its queue's policy",
      [topic, queue(), subscription()],
      /AccessDenied, since no policy lets SNS do sqs:SendMessage/,
    ],
    [
      "a subscription whose queue admits another topic",
      [topic, queue(), queuePolicy(`${TOPIC}2`), subscription()],
      /AccessDenied, since no policy lets SNS do sqs:SendMessage/,
    ],
    [
      "a subscription whose dead-letter queue admits nobody",
      [
        topic,
        queue(),
        queuePolicy(),
        subscription({ redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS }) }),
      ],
      /to arn:aws:sqs:us-east-1:000000000000:dead yet/,
    ],
    [
      "a subscription of another protocol",
      [topic, subscription({ protocol: "sms" })],
      /Expected a subscription of protocol sqs or email, received sms/,
    ],
    [
      "mail to what is no address",
      [topic, subscription({ protocol: "email" })],
      /Expected an e-mail address, received arn:aws:sqs/,
    ],
    [
      "mail as it is",
      [topic, subscription({ ...MAIL, rawMessageDelivery: true })],
      /Expected no raw message delivery for the protocol email/,
    ],
    [
      "mail with dead letters",
      [topic, subscription({ ...MAIL, redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS }) })],
      /Expected no dead-letter queue for the protocol email/,
    ],
    [
      "a dead-letter queue that does not exist",
      [queue({ redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: 5 }) })],
      /Expected a dead-letter queue that exists/,
    ],
    [
      "too long a retention",
      [queue({ messageRetentionSeconds: 1_209_601 })],
      /messageRetentionSeconds to be an integer from 60 to 1209600, received 1209601/,
    ],
    ["a function without a role", [lambda()], /Expected a role that exists/],
    ["a role that Lambda may not assume", [role("ec2.amazonaws.com"), lambda()], /Expected a role that exists/],
    [
      "a function of little memory",
      [role(), lambda({ memorySize: 64 })],
      /memorySize to be an integer from 128 to 10240, received 64/,
    ],
    [
      "a function of a long time",
      [role(), lambda({ timeout: 901 })],
      /timeout to be an integer from 1 to 900, received 901/,
    ],
    [
      "a large environment",
      [role(), lambda({ environment: { variables: { A: "x".repeat(5000) } } })],
      /at most 4096 bytes, received 5001/,
    ],
    [
      "a policy of a role that does not exist",
      [rolePolicy("sqs:ReceiveMessage")],
      /Expected a role that exists, received role/,
    ],
    [
      "a mapping before its role's policy",
      [queue(), role(), lambda(), mapping()],
      /does not have the permission sqs:ReceiveMessage/,
    ],
    [
      "a mapping whose role lacks a permission",
      [queue(), role(), rolePolicy("sqs:ReceiveMessage"), lambda(), mapping()],
      /does not have the permission sqs:DeleteMessage/,
    ],
    [
      "a queue less visible than its function is long",
      [queue({ visibilityTimeoutSeconds: 59 }), ...READY.slice(1), mapping()],
      /hides messages at least as long as its function runs, 60 s, received 59 s/,
    ],
    [
      "a concurrency of one",
      [...READY, mapping({ scalingConfig: { maximumConcurrency: 1 } })],
      /maximumConcurrency to be an integer from 2 to 1000, received 1/,
    ],
    [
      "one provisioned poller",
      [...READY, mapping({ provisionedPollerConfig: { minimumPollers: 1 } })],
      /minimumPollers to be an integer from 2 to 200, received 1/,
    ],
    [
      "too many provisioned pollers",
      [...READY, mapping({ provisionedPollerConfig: { maximumPollers: 10_001 } })],
      /maximumPollers to be an integer from 2 to 10000, received 10001/,
    ],
    [
      "more provisioned pollers at least than at most",
      [...READY, mapping({ provisionedPollerConfig: { minimumPollers: 9, maximumPollers: 8 } })],
      /maximumPollers to be at least minimumPollers, 9, received 8/,
    ],
    [
      "a group of pollers",
      [...READY, mapping({ provisionedPollerConfig: { pollerGroupName: "group" } })],
      /Expected no pollerGroupName/,
    ],
    [
      "provisioned pollers with a concurrency",
      [...READY, mapping({ provisionedPollerConfig: {}, scalingConfig: { maximumConcurrency: 10 } })],
      /provisioned pollers or a maximum concurrency, received both/,
    ],
    ["large batches without a window", [...READY, mapping({ batchSize: 11 })], /batching window of at least 1 s/],
    ["a mapping of nothing", [mapping()], /Expected a function and a queue that exist/],
    [
      "an illegal bucket name",
      [["aws:s3/bucket:Bucket", { bucket: "Uploads" }]],
      /Expected a bucket name of 3 to 63 lower-case letters/,
    ],
  ])("is refused here: %s", async (_, resources, message) => {
    expect(await make(...resources)).toMatch(message);
  });
});
