import { describe, expect, it } from "vitest";
import {
  alarmTopicPolicy,
  bucketPolicy,
  deadLetterQueuePolicy,
  deliveryQueuePolicy,
  keyPolicy,
  notifierPolicy,
  resultsTopicPolicy,
  ruleQueuePolicy,
  uploadsTopicPolicy,
  WORKER_ROLE_TRUST,
  workerPolicy,
} from "../../infra/policies.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:uploads";
const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:thumbnail-uploads";
const DEAD_LETTERS = "arn:aws:sqs:eu-central-1:123456789012:thumbnail-dead-letters";
const RESULTS = "arn:aws:sns:eu-central-1:123456789012:results";
const LOGS = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/image-machine-dev-thumbnail";

const RULE = "arn:aws:events:eu-central-1:123456789012:rule/thumbnail";
const ALARMS = "arn:aws:sns:eu-central-1:123456789012:alarms";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const WORKER = {
  uploadsBucketArn: "arn:aws:s3:::uploads",
  allUploadsPrefix: "",
  uploadsPrefix: "",
  outputsBucketArn: "arn:aws:s3:::outputs",
  outputsPrefix: "thumbnail/",
  tagsOutputs: false,
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

  it("lets EventBridge deliver from one rule to one queue", () => {
    const policy = ruleQueuePolicy({ queueArn: QUEUE, ruleArn: RULE });

    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DeliverFromRule",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: QUEUE,
          Condition: { ArnEquals: { "aws:SourceArn": RULE } },
        },
        denyWithoutTls("sqs:*", QUEUE),
      ],
    });
  });

  it("lets CloudWatch publish alarms of the stack in the topic's own account and region", () => {
    const policy = alarmTopicPolicy({ topicArn: ALARMS, alarmPrefix: "image-machine-dev-" });

    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PublishAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: ALARMS,
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:image-machine-dev-*" },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
        denyWithoutTls("sns:Publish", ALARMS),
      ],
    });
  });

  it("leaves a key to its account's IAM policies and to services of the account for what they do", () => {
    const policy = keyPolicy(KEY, ["notifications", "deliveries", "events", "alarms"]);

    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "EnableIamPolicies",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Action: "kms:*",
          Resource: "*",
        },
        useByService("PublishNotifications", "s3", { StringEquals: { "aws:SourceAccount": "123456789012" } }),
        useByService("DeliverToQueues", "sns", {
          ArnLike: { "aws:SourceArn": "arn:aws:sns:eu-central-1:123456789012:*" },
        }),
        useByService("SendEvents", "events"),
        useByService("PublishAlarms", "cloudwatch", {
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        }),
      ],
    });
  });

  it("lets no service use a key that has no use for it", () => {
    const sids = JSON.parse(keyPolicy(KEY, ["events"])).Statement.map(({ Sid }: { Sid: string }) => Sid);

    expect(sids).toEqual(["EnableIamPolicies", "SendEvents"]);
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
      allow(
        "ReconcileOutputs",
        ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        "arn:aws:s3:::outputs/thumbnail/*",
      ),
      allow("SeeThatUploadsAreGone", "s3:ListBucket", "arn:aws:s3:::uploads"),
      allow("SeeThatOutputsAreGone", "s3:ListBucket", "arn:aws:s3:::outputs"),
      {
        Sid: "NeverWriteUploads",
        Effect: "Deny",
        Action: ["s3:Put*", "s3:Delete*"],
        Resource: "arn:aws:s3:::uploads/*",
      },
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

  it("keeps a worker of one bucket to its part of the uploads and to its own outputs, which it lists at once", () => {
    const policy = workerPolicy({
      ...WORKER,
      outputsBucketArn: WORKER.uploadsBucketArn,
      allUploadsPrefix: "in/",
      uploadsPrefix: "in/cats/",
      outputsPrefix: "out/thumbnail/",
    });

    expect(JSON.parse(policy).Statement.slice(0, 4)).toEqual([
      allow("ReadUploads", "s3:GetObject", "arn:aws:s3:::uploads/in/cats/*"),
      allow(
        "ReconcileOutputs",
        ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        "arn:aws:s3:::uploads/out/thumbnail/*",
      ),
      allow("SeeThatObjectsAreGone", "s3:ListBucket", "arn:aws:s3:::uploads"),
      {
        Sid: "NeverWriteUploads",
        Effect: "Deny",
        Action: ["s3:Put*", "s3:Delete*"],
        Resource: "arn:aws:s3:::uploads/in/*",
      },
    ]);
  });

  it("lets a worker tag its outputs where they get tags", () => {
    const { Statement } = JSON.parse(workerPolicy({ ...WORKER, tagsOutputs: true }));

    expect(Statement[1].Action).toEqual(["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"]);
  });

  it("lets a worker use its stack's key through S3, SNS and SQS of the key's region", () => {
    const { Statement } = JSON.parse(workerPolicy({ ...WORKER, keyArn: KEY }));

    expect(Statement.at(-1)).toEqual({
      ...allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], KEY),
      Condition: {
        StringEquals: {
          "kms:ViaService": [
            "s3.eu-central-1.amazonaws.com",
            "sns.eu-central-1.amazonaws.com",
            "sqs.eu-central-1.amazonaws.com",
          ],
        },
      },
    });
  });

  it.each(["cats*/", "cat?/", "cats$/"])("takes no prefix that IAM reads as more than itself: %s", (prefix) => {
    expect(() => workerPolicy({ ...WORKER, outputsPrefix: prefix })).toThrow(
      `Expected a prefix without *, ? and $, which IAM takes for other keys too, received ${prefix}.`,
    );
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

  it("is the same text each time", () => {
    expect(workerPolicy(WORKER)).toBe(workerPolicy({ ...WORKER }));
  });
});

function allow(sid: string, actions: string | string[], resource: string) {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resource };
}

function useByService(sid: string, service: string, condition?: object) {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: `${service}.amazonaws.com` },
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: "*",
    ...(condition && { Condition: condition }),
  };
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
