import { describe, expect, it } from "vitest";
import {
  alarmsTopicPolicy,
  bucketPolicy,
  deadLetterQueuePolicy,
  deliveryQueuePolicy,
  notifierPolicy,
  resultsTopicPolicy,
  uploadsTopicPolicy,
  WORKER_ROLE_TRUST,
  workerPolicy,
} from "../../infra/policies.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:uploads";
const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:thumbnail-uploads";
const DEAD_LETTERS = "arn:aws:sqs:eu-central-1:123456789012:thumbnail-dead-letters";
const RESULTS = "arn:aws:sns:eu-central-1:123456789012:results";
const LOGS = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/image-machine-dev-thumbnail";

const WORKER = {
  uploadsBucketArn: "arn:aws:s3:::uploads",
  outputsBucketArn: "arn:aws:s3:::outputs",
  outputsPrefix: "thumbnail/",
  queueArn: QUEUE,
  deadLetterQueueArn: DEAD_LETTERS,
  resultsTopicArn: RESULTS,
  logGroupArn: LOGS,
};

describe("a policy", () => {
  it("refuses a bucket's requests without TLS and allows nobody anything", () => {
    const policy = bucketPolicy("arn:aws:s3:::uploads");

    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [denyWithoutTls("s3:*", ["arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"])],
    });
  });

  it("lets S3 publish from one bucket of the topic's own account", () => {
    const policy = uploadsTopicPolicy({ topicArn: TOPIC, bucketArn: "arn:aws:s3:::uploads" });

    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PublishFromUploads",
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sns:Publish",
          Resource: TOPIC,
          Condition: {
            ArnEquals: { "aws:SourceArn": "arn:aws:s3:::uploads" },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
        denyWithoutTls("sns:Publish", TOPIC),
      ],
    });
  });

  it("lets SNS deliver from one topic to one queue", () => {
    const policy = deliveryQueuePolicy({ queueArn: QUEUE, topicArn: TOPIC });

    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DeliverFromTopic",
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: QUEUE,
          Condition: { ArnEquals: { "aws:SourceArn": TOPIC } },
        },
        denyWithoutTls("sqs:*", QUEUE),
      ],
    });
  });

  it.each([
    { name: "results", policy: resultsTopicPolicy(RESULTS), deny: denyWithoutTls("sns:Publish", RESULTS) },
    {
      name: "dead letters",
      policy: deadLetterQueuePolicy(DEAD_LETTERS),
      deny: denyWithoutTls("sqs:*", DEAD_LETTERS),
    },
  ])("lets no service reach $name", ({ policy, deny }) => {
    expect(JSON.parse(policy)).toEqual({ Version: "2012-10-17", Statement: [deny] });
  });

  it("lets Lambda take a role for functions of one account", () => {
    expect(JSON.parse(WORKER_ROLE_TRUST)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "RunFunction",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
  });

  it("lets a worker do what it needs on exact resources", () => {
    const policy = workerPolicy(WORKER);

    expect(JSON.parse(policy).Statement).toEqual([
      allow("ReadUploads", "s3:GetObject", "arn:aws:s3:::uploads/*"),
      allow("SeeThatUploadsAreGone", "s3:ListBucket", "arn:aws:s3:::uploads"),
      allow(
        "ReconcileOutputs",
        ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        "arn:aws:s3:::outputs/thumbnail/*",
      ),
      allow("SeeThatOutputsAreGone", "s3:ListBucket", "arn:aws:s3:::outputs"),
      allow(
        "ConsumeQueue",
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
        QUEUE,
      ),
      allow("SendDeadLetters", "sqs:SendMessage", DEAD_LETTERS),
      allow("PublishResults", "sns:Publish", RESULTS),
      allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${LOGS}:*`),
    ]);
  });

  it("never lets a worker write where uploads are read", () => {
    const { Statement } = JSON.parse(workerPolicy(WORKER)) as { Statement: { Action: string; Resource: string }[] };

    const onUploads = Statement.filter(({ Resource }) => Resource.startsWith("arn:aws:s3:::uploads"));

    expect(onUploads.map(({ Action }) => Action)).toEqual(["s3:GetObject", "s3:ListBucket"]);
  });

  it("lets the notifier send mail from one address, and do what it needs on exact resources", () => {
    const policy = notifierPolicy({
      queueArn: QUEUE,
      deadLetterQueueArn: DEAD_LETTERS,
      logGroupArn: LOGS,
      from: "images@example.com",
      identities: ["images@example.com", "example.com", "ops@example.com", "example.com"],
    });

    const identity = (name: string) => `arn:aws:ses:eu-central-1:123456789012:identity/${name}`;
    expect(JSON.parse(policy).Statement).toEqual([
      allow("ConsumeQueue", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], QUEUE),
      allow("SendDeadLetters", "sqs:SendMessage", DEAD_LETTERS),
      {
        Sid: "SendMail",
        Effect: "Allow",
        Action: "ses:SendEmail",
        Resource: ["images@example.com", "example.com", "ops@example.com"].map(identity),
        Condition: { StringEquals: { "ses:FromAddress": "images@example.com" } },
      },
      allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${LOGS}:*`),
    ]);
  });

  it("lets CloudWatch publish what becomes of alarms in the topic's own account and region", () => {
    const policy = alarmsTopicPolicy("arn:aws:sns:eu-central-1:123456789012:alarms");

    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PublishAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: "arn:aws:sns:eu-central-1:123456789012:alarms",
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*" },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
        denyWithoutTls("sns:Publish", "arn:aws:sns:eu-central-1:123456789012:alarms"),
      ],
    });
  });

  it("is the same text each time", () => {
    expect(workerPolicy(WORKER)).toBe(workerPolicy({ ...WORKER }));
  });
});

function allow(sid: string, actions: string | string[], resource: string) {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resource };
}

function denyWithoutTls(action: string, resource: string | string[]) {
  return {
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
