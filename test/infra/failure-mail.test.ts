import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { FailureMail, type FailureMailArgs } from "../../infra/failure-mail.ts";
import { deadLetterQueuePolicy, deliveryQueuePolicy, notifierPolicy, WORKER_ROLE_TRUST } from "../../infra/policies.ts";
import { find, labels, register } from "../support/pulumi-mocks.ts";

const RESULTS = "arn:aws:sns:eu-central-1:123456789012:results";
const QUEUES = "https://sqs.eu-central-1.amazonaws.com/123456789012";
const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:mail";
const DEAD_LETTERS = "arn:aws:sqs:eu-central-1:123456789012:mail-dead-letters";
const DAY_SECONDS = 86_400;

const ARGS: FailureMailArgs = {
  by: "ses",
  to: ["ops@example.com", "dev@mail.example.org"],
  from: "images@example.com",
  windowSeconds: 90,
  results: { topicArn: RESULTS },
  stack: { architecture: "x86_64", logRetentionDays: 14 },
  code: { path: ".image-machine/notifier", sha256: "00", bytes: 1 },
};

const deploy = (args: Partial<FailureMailArgs> = {}) => register(() => new FailureMail("mail", { ...ARGS, ...args }));

describe("mail on failures by nobody", () => {
  it("is nothing", async () => {
    const resources = await deploy({ by: "none", to: [], from: "" });

    expect(labels(resources)).toEqual(["image-machine:infra:FailureMail mail"]);
  });
});

describe("mail on failures by SNS", () => {
  it("is a subscription of each address to results that are failures", async () => {
    const resources = await deploy({ by: "sns", from: "", code: undefined });

    expect(labels(resources)).toEqual([
      "aws:sns/topicSubscription:TopicSubscription mail-dev@mail.example.org",
      "aws:sns/topicSubscription:TopicSubscription mail-ops@example.com",
      "image-machine:infra:FailureMail mail",
    ]);
    expect(find(resources, "aws:sns/topicSubscription:TopicSubscription", "mail-ops@example.com").inputs).toEqual({
      topic: RESULTS,
      protocol: "email",
      endpoint: "ops@example.com",
      filterPolicyScope: "MessageAttributes",
      filterPolicy: '{"status":["failed"]}',
    });
  });
});

describe("mail on failures by SES", () => {
  it("is exactly these resources, and no identity", async () => {
    const resources = await deploy();

    expect(labels(resources)).toEqual([
      "aws:cloudwatch/logGroup:LogGroup mail",
      "aws:iam/role:Role mail",
      "aws:iam/rolePolicy:RolePolicy mail",
      "aws:lambda/eventSourceMapping:EventSourceMapping mail",
      "aws:lambda/function:Function mail",
      "aws:sns/topicSubscription:TopicSubscription mail",
      "aws:sqs/queue:Queue mail",
      "aws:sqs/queue:Queue mail-dead-letters",
      "aws:sqs/queuePolicy:QueuePolicy mail",
      "aws:sqs/queuePolicy:QueuePolicy mail-dead-letters",
      "image-machine:infra:FailureMail mail",
      "image-machine:infra:Notifier mail",
      "image-machine:infra:NotifierQueues mail",
    ]);
  });

  it("queues results that are failures, once the queue lets SNS deliver", async () => {
    const resources = await deploy();

    const subscription = find(resources, "aws:sns/topicSubscription:TopicSubscription", "mail");

    expect(subscription.inputs).toEqual({
      topic: RESULTS,
      protocol: "sqs",
      endpoint: QUEUE,
      rawMessageDelivery: true,
      filterPolicyScope: "MessageAttributes",
      filterPolicy: '{"status":["failed"]}',
    });
    expect(subscription.dependsOn).toEqual(["aws:sqs/queue:Queue mail", "aws:sqs/queuePolicy:QueuePolicy mail"]);
    expect(find(resources, "aws:sqs/queuePolicy:QueuePolicy", "mail").inputs).toEqual({
      queueUrl: `${QUEUES}/mail`,
      policy: deliveryQueuePolicy({ queueArn: QUEUE, topicArn: RESULTS }),
    });
    expect(find(resources, "aws:sqs/queuePolicy:QueuePolicy", "mail-dead-letters").inputs.policy).toBe(
      deadLetterQueuePolicy(DEAD_LETTERS),
    );
  });

  it("hides failures while a batch gathers and its mail is tried, five times before they are dead letters", async () => {
    const resources = await deploy();

    expect(find(resources, "aws:sqs/queue:Queue", "mail").inputs).toEqual({
      visibilityTimeoutSeconds: 6 * 60 + 90,
      messageRetentionSeconds: 7 * DAY_SECONDS,
      sqsManagedSseEnabled: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: 5 }),
    });
    expect(find(resources, "aws:sqs/queue:Queue", "mail-dead-letters").inputs).toEqual({
      messageRetentionSeconds: 14 * DAY_SECONDS,
      sqsManagedSseEnabled: true,
    });
  });

  it("gathers failures for as long as the stack says", async () => {
    const resources = await deploy();

    const mapping = find(resources, "aws:lambda/eventSourceMapping:EventSourceMapping", "mail");

    expect(mapping.inputs).toEqual({
      eventSourceArn: QUEUE,
      functionName: "arn:aws:lambda:eu-central-1:123456789012:function:image-machine-test-mail",
      batchSize: 1_000,
      maximumBatchingWindowInSeconds: 90,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 2 },
    });
    expect(mapping.dependsOn).toContain("aws:iam/rolePolicy:RolePolicy mail");
  });

  it("takes no more at once than Lambda hands over without a window", async () => {
    const resources = await deploy({ windowSeconds: 0 });

    expect(find(resources, "aws:lambda/eventSourceMapping:EventSourceMapping", "mail").inputs).toMatchObject({
      batchSize: 10,
      maximumBatchingWindowInSeconds: 0,
    });
  });

  it("runs its bundle in a role of its own, told whom to mail", async () => {
    const resources = await deploy();

    const { environment, ...inputs } = find(resources, "aws:lambda/function:Function", "mail").inputs;

    expect(inputs).toEqual({
      name: "image-machine-test-mail",
      description: "Mails failures.",
      runtime: "nodejs24.x",
      architectures: ["x86_64"],
      handler: "index.handler",
      code: { path: ".image-machine/notifier" },
      role: "arn:aws:iam::123456789012:role/mail",
      memorySize: 256,
      timeout: 60,
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/image-machine-test-mail" },
    });
    expect(environment).toEqual({
      variables: {
        NOTIFIER_SETTINGS: JSON.stringify({
          stack: "image-machine-test",
          from: "images@example.com",
          to: ["ops@example.com", "dev@mail.example.org"],
          deadLetterQueueUrl: `${QUEUES}/mail-dead-letters`,
        }),
        POWERTOOLS_SERVICE_NAME: "mail",
      },
    });
    expect(find(resources, "aws:cloudwatch/logGroup:LogGroup", "mail").inputs).toEqual({
      name: "/aws/lambda/image-machine-test-mail",
      retentionInDays: 14,
    });
  });

  it("may send from its one address, whichever of the identities that allow it is verified", async () => {
    const resources = await deploy();

    expect(find(resources, "aws:iam/role:Role", "mail").inputs).toEqual({ assumeRolePolicy: WORKER_ROLE_TRUST });
    expect(find(resources, "aws:iam/rolePolicy:RolePolicy", "mail").inputs).toEqual({
      role: "mail",
      policy: notifierPolicy({
        queueArn: QUEUE,
        deadLetterQueueArn: DEAD_LETTERS,
        logGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/image-machine-test-mail",
        from: "images@example.com",
        identities: [
          ...["images@example.com", "example.com", "ops@example.com"],
          ...["dev@mail.example.org", "mail.example.org", "example.org"],
        ],
      }),
    });
  });

  it("tells under which names it is counted", async () => {
    let names: unknown;
    await register(() => {
      const { notifier } = new FailureMail("mail", ARGS);
      const { functionName, queueName, deadLetterQueueName } = notifier ?? {};
      pulumi.output([functionName, queueName, deadLetterQueueName]).apply((values) => {
        names = values;
      });
    });

    expect(names).toEqual(["image-machine-test-mail", "mail", "mail-dead-letters"]);
  });
});

it("mail by SES is refused without the notifier's code", async () => {
  await expect(deploy({ code: undefined })).rejects.toThrow(
    "Expected the notifier's code for mail by SES, received none.",
  );
});
