import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import {
  deadLetterQueuePolicy,
  deliveryQueuePolicy,
  ruleQueuePolicy,
  WORKER_ROLE_TRUST,
  workerPolicy,
} from "../../infra/policies.ts";
import { eventPattern, topicFilter } from "../../infra/upload-filter.ts";
import { Worker, type WorkerArgs } from "../../infra/worker.ts";
import { DEFAULT_OUTPUT_KEY } from "../../runtime/output-key.ts";
import { workDigest } from "../../runtime/output-writer.ts";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { find, labels, register } from "../support/pulumi-mocks.ts";

const ARGS: WorkerArgs = {
  transform: {
    summary: "The source, smaller.",
    accepts: ["image/png", "image/gif"],
    variants: () => [{ name: "half", format: "source" }],
  },
  use: "scale",
  options: { percent: 50 },
  memoryMb: 2048,
  timeoutSeconds: 20,
  maximumConcurrency: 7,
  provisionedPollers: undefined,
  batchSize: 4,
  prefix: "",
  suffixes: [],
  include: [],
  exclude: [],
  outputKey: DEFAULT_OUTPUT_KEY,
  flatten: false,
  cacheControl: "no-store",
  storageClass: "STANDARD",
  outputTags: {},
  copyMetadata: false,
  keepCopyright: true,
  stack: {
    architecture: "x86_64",
    limits: DEFAULT_INPUT_LIMITS,
    logRetentionDays: 14,
    onExpire: "keep",
    sniffAll: false,
  },
  code: { path: ".image-machine/functions/scale", sha256: "00", bytes: 1, transformSource: "source" },
  packages: { arn: "arn:aws:lambda:eu-central-1:123456789012:layer:packages:1", sharp: "0.0.1" },
  uploads: {
    topicArn: "arn:aws:sns:eu-central-1:123456789012:uploads",
    bucket: { name: "uploads", arn: "arn:aws:s3:::uploads", prefix: "" },
  },
  outputs: { name: "outputs", arn: "arn:aws:s3:::outputs", prefix: "" },
  results: { topicArn: "arn:aws:sns:eu-central-1:123456789012:results" },
};

const QUEUES = "https://sqs.eu-central-1.amazonaws.com/123456789012";
const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:scale-uploads";
const DEAD_LETTERS = "arn:aws:sqs:eu-central-1:123456789012:scale-dead-letters";
const UNDELIVERED = "arn:aws:sqs:eu-central-1:123456789012:scale-undelivered";
const UPLOADS_TOPIC = "arn:aws:sns:eu-central-1:123456789012:uploads";
const RULE = "arn:aws:events:eu-central-1:123456789012:rule/scale";
const BY_RULE: Partial<WorkerArgs> = { uploads: { ...ARGS.uploads, topicArn: undefined } };
const DAY_SECONDS = 86_400;

const deploy = (args: Partial<WorkerArgs> = {}) => register(() => new Worker("scale", { ...ARGS, ...args }));

describe("a worker", () => {
  it("is exactly these resources, all named after it", async () => {
    const resources = await deploy();

    expect(labels(resources)).toEqual([
      "aws:cloudwatch/logGroup:LogGroup scale",
      "aws:iam/role:Role scale",
      "aws:iam/rolePolicy:RolePolicy scale",
      "aws:lambda/eventSourceMapping:EventSourceMapping scale",
      "aws:lambda/function:Function scale",
      "aws:sns/topicSubscription:TopicSubscription scale",
      "aws:sqs/queue:Queue scale-dead-letters",
      "aws:sqs/queue:Queue scale-undelivered",
      "aws:sqs/queue:Queue scale-uploads",
      "aws:sqs/queuePolicy:QueuePolicy scale-dead-letters",
      "aws:sqs/queuePolicy:QueuePolicy scale-undelivered",
      "aws:sqs/queuePolicy:QueuePolicy scale-uploads",
      "image-machine:infra:Worker scale",
      "image-machine:infra:WorkerQueues scale",
    ]);
    expect(new Set(resources.map(({ parent }) => parent))).toEqual(
      new Set([undefined, "image-machine:infra:Worker scale", "image-machine:infra:WorkerQueues scale"]),
    );
  });

  it("hides a message for six times the function's time, and gives up after eight receives, of which three are for want of a turn", async () => {
    const resources = await deploy();

    expect(find(resources, "aws:sqs/queue:Queue", "scale-uploads").inputs).toEqual({
      visibilityTimeoutSeconds: 120,
      messageRetentionSeconds: 7 * DAY_SECONDS,
      sqsManagedSseEnabled: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: 8 }),
    });
  });

  it.each(["scale-dead-letters", "scale-undelivered"])("keeps %s for 14 days", async (name) => {
    const resources = await deploy();

    expect(find(resources, "aws:sqs/queue:Queue", name).inputs).toEqual({
      messageRetentionSeconds: 14 * DAY_SECONDS,
      sqsManagedSseEnabled: true,
    });
  });

  it("lets SNS deliver to its queue and to that of undelivered uploads, and nobody to its dead letters", async () => {
    const resources = await deploy();

    const policyOf = (name: string) => find(resources, "aws:sqs/queuePolicy:QueuePolicy", name).inputs;

    expect(["scale-uploads", "scale-undelivered", "scale-dead-letters"].map(policyOf)).toEqual([
      {
        queueUrl: `${QUEUES}/scale-uploads`,
        policy: deliveryQueuePolicy({ queueArn: QUEUE, topicArn: UPLOADS_TOPIC }),
      },
      {
        queueUrl: `${QUEUES}/scale-undelivered`,
        policy: deliveryQueuePolicy({ queueArn: UNDELIVERED, topicArn: UPLOADS_TOPIC }),
      },
      { queueUrl: `${QUEUES}/scale-dead-letters`, policy: deadLetterQueuePolicy(DEAD_LETTERS) },
    ]);
  });

  it("subscribes to raw events whose key ends like a file it accepts", async () => {
    const resources = await deploy();

    expect(find(resources, "aws:sns/topicSubscription:TopicSubscription", "scale").inputs).toEqual({
      topic: UPLOADS_TOPIC,
      protocol: "sqs",
      endpoint: QUEUE,
      rawMessageDelivery: true,
      filterPolicyScope: "MessageBody",
      filterPolicy: JSON.stringify(
        topicFilter({ ...ARGS, accepts: ["image/png", "image/gif"], uploadsPrefix: "", sniffAll: false }),
      ),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: UNDELIVERED }),
    });
  });

  it("subscribes to all uploads where all are to be sniffed", async () => {
    const resources = await deploy({ stack: { ...ARGS.stack, sniffAll: true } });

    const { inputs } = find(resources, "aws:sns/topicSubscription:TopicSubscription", "scale");
    expect(Object.keys(inputs)).toEqual(["endpoint", "protocol", "rawMessageDelivery", "redrivePolicy", "topic"]);
  });

  it("subscribes only after both queues let SNS deliver", async () => {
    const resources = await deploy();

    expect(find(resources, "aws:sns/topicSubscription:TopicSubscription", "scale").dependsOn).toEqual([
      "aws:sqs/queue:Queue scale-undelivered",
      "aws:sqs/queue:Queue scale-uploads",
      "aws:sqs/queuePolicy:QueuePolicy scale-undelivered",
      "aws:sqs/queuePolicy:QueuePolicy scale-uploads",
    ]);
  });

  it("is told by a rule of EventBridge where there is no topic, with a day of retries and a queue for the rest", async () => {
    const resources = await deploy(BY_RULE);

    expect(find(resources, "aws:cloudwatch/eventRule:EventRule", "scale").inputs).toEqual({
      description: "Uploads for the worker scale.",
      eventPattern: eventPattern(
        "uploads",
        { ...ARGS, accepts: ["image/png", "image/gif"], uploadsPrefix: "", sniffAll: false },
        "keep",
      ),
    });
    expect(find(resources, "aws:cloudwatch/eventTarget:EventTarget", "scale").inputs).toEqual({
      rule: "scale",
      arn: QUEUE,
      retryPolicy: { maximumEventAgeInSeconds: DAY_SECONDS, maximumRetryAttempts: 185 },
      deadLetterConfig: { arn: UNDELIVERED },
    });
    expect(resources.filter(({ type }) => type.startsWith("aws:sns/"))).toEqual([]);
  });

  it("is told by a rule only after both queues let EventBridge deliver for that rule", async () => {
    const resources = await deploy(BY_RULE);

    expect(find(resources, "aws:cloudwatch/eventTarget:EventTarget", "scale").dependsOn).toEqual([
      "aws:cloudwatch/eventRule:EventRule scale",
      "aws:sqs/queue:Queue scale-undelivered",
      "aws:sqs/queue:Queue scale-uploads",
      "aws:sqs/queuePolicy:QueuePolicy scale-undelivered",
      "aws:sqs/queuePolicy:QueuePolicy scale-uploads",
    ]);
    expect(
      ["scale-uploads", "scale-undelivered"].map(
        (queue) => find(resources, "aws:sqs/queuePolicy:QueuePolicy", queue).inputs.policy,
      ),
    ).toEqual([QUEUE, UNDELIVERED].map((queueArn) => ruleQueuePolicy({ queueArn, ruleArn: RULE })));
  });

  it("acts in a role of its own that can do what a worker needs", async () => {
    const resources = await deploy();

    expect(find(resources, "aws:iam/role:Role", "scale").inputs).toEqual({
      assumeRolePolicy: WORKER_ROLE_TRUST,
    });
    expect(find(resources, "aws:iam/rolePolicy:RolePolicy", "scale").inputs).toEqual({
      role: "scale",
      policy: workerPolicy({
        uploadsBucketArn: "arn:aws:s3:::uploads",
        allUploadsPrefix: "",
        uploadsPrefix: "",
        outputsBucketArn: "arn:aws:s3:::outputs",
        outputsPrefix: "scale/",
        tagsOutputs: false,
        queueArn: QUEUE,
        deadLetterQueueArn: DEAD_LETTERS,
        resultsTopicArn: "arn:aws:sns:eu-central-1:123456789012:results",
        logGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/image-machine-test-scale",
      }),
    });
  });

  it("logs to a group that is there before its function and forgets after some days", async () => {
    const resources = await deploy();

    expect(find(resources, "aws:cloudwatch/logGroup:LogGroup", "scale").inputs).toEqual({
      name: "/aws/lambda/image-machine-test-scale",
      retentionInDays: 14,
    });
    expect(find(resources, "aws:lambda/function:Function", "scale").dependsOn).toEqual([
      "aws:cloudwatch/logGroup:LogGroup scale",
      "aws:iam/role:Role scale",
      "aws:sqs/queue:Queue scale-dead-letters",
      "aws:sqs/queue:Queue scale-uploads",
    ]);
  });

  it("runs its bundle on the stack's architecture with its own memory, time and settings", async () => {
    const resources = await deploy();

    const { environment, ...inputs } = find(resources, "aws:lambda/function:Function", "scale").inputs;

    expect(inputs).toEqual({
      name: "image-machine-test-scale",
      description: "The source, smaller.",
      runtime: "nodejs24.x",
      architectures: ["x86_64"],
      handler: "index.handler",
      code: { path: ".image-machine/functions/scale" },
      layers: ["arn:aws:lambda:eu-central-1:123456789012:layer:packages:1"],
      role: "arn:aws:iam::123456789012:role/scale",
      memorySize: 2048,
      timeout: 20,
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/image-machine-test-scale" },
    });
    expect(environment).toEqual({
      variables: {
        WORKER_SETTINGS: JSON.stringify({
          worker: "scale",
          transform: "scale",
          options: { percent: 50 },
          outputObjects: { cacheControl: "no-store", storageClass: "STANDARD", tags: {}, copyMetadata: false },
          maxReceiveCount: 5,
          spareReceives: 3,
          uploadsBucket: "uploads",
          outputsBucket: "outputs",
          queueUrl: `${QUEUES}/scale-uploads`,
          deadLetterQueueUrl: `${QUEUES}/scale-dead-letters`,
          resultsTopicArn: "arn:aws:sns:eu-central-1:123456789012:results",
        }),
        POWERTOOLS_SERVICE_NAME: "scale",
        POWERTOOLS_METRICS_NAMESPACE: "ImageMachine/test",
        MALLOC_ARENA_MAX: "2",
      },
    });
  });

  it("is fed in batches that fail message by message, once its role may read the queue", async () => {
    const resources = await deploy();

    const mapping = find(resources, "aws:lambda/eventSourceMapping:EventSourceMapping", "scale");

    expect(mapping.inputs).toEqual({
      eventSourceArn: QUEUE,
      functionName: "arn:aws:lambda:eu-central-1:123456789012:function:image-machine-test-scale",
      batchSize: 4,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 7 },
    });
    expect(mapping.dependsOn).toEqual([
      "aws:iam/rolePolicy:RolePolicy scale",
      "aws:lambda/function:Function scale",
      "aws:sqs/queue:Queue scale-uploads",
    ]);
  });

  it("is fed by provisioned pollers instead, if there are any", async () => {
    const resources = await deploy({ provisionedPollers: { minimum: 3, maximum: 50 } });

    const { inputs } = find(resources, "aws:lambda/eventSourceMapping:EventSourceMapping", "scale");
    expect(inputs.provisionedPollerConfig).toEqual({ minimumPollers: 3, maximumPollers: 50 });
    expect(inputs).not.toHaveProperty("scalingConfig");
  });

  it("shares no name with a worker that is called like a part of it", async () => {
    const resources = await register(() => [
      new Worker("scale", ARGS),
      new Worker("scale-uploads", ARGS),
      new Worker("scale-dead-letters", ARGS),
    ]);

    const all = labels(resources);

    expect(all).toEqual([...new Set(all)]);
  });

  it("tells its addresses and its work", async () => {
    let addresses: unknown;
    await register(() => {
      pulumi.output(new Worker("scale", ARGS).addresses).apply((values) => {
        addresses = values;
      });
    });

    expect(addresses).toEqual({
      transform: "scale",
      functionName: "image-machine-test-scale",
      queueUrl: `${QUEUES}/scale-uploads`,
      deadLetterQueueUrl: `${QUEUES}/scale-dead-letters`,
      undeliveredQueueUrl: `${QUEUES}/scale-undelivered`,
      work: {
        digest: workDigest({
          transformSource: "source",
          options: { percent: 50 },
          sharp: "0.0.1",
          settings: {
            outputObjects: { cacheControl: "no-store", storageClass: "STANDARD", tags: {}, copyMetadata: false },
            keepCopyright: true,
            limits: DEFAULT_INPUT_LIMITS,
          },
        }),
        variants: [{ name: "half", format: "source" }],
        accepts: ["image/png", "image/gif"],
        sniffAll: false,
        settings: expect.objectContaining({ worker: "scale", queueUrl: `${QUEUES}/scale-uploads` }),
        memoryMb: 2048,
        architecture: "x86_64",
        batchSize: 4,
      },
    });
  });

  it("is refused if its function's name would be longer than Lambda takes", async () => {
    const deploying = register(() => new Worker("w".repeat(47), ARGS));

    await expect(deploying).rejects.toThrow(
      `Expected function names of at most 64 characters, which is what Lambda takes, received image-machine-test-${"w".repeat(47)}.`,
    );
  });

  it("is refused if its code and its packages are more than Lambda takes", async () => {
    const packages = { ...ARGS.packages, bytes: 262_144_000 };

    await expect(deploy({ packages, code: { ...ARGS.code, bytes: 1 } })).rejects.toThrow(
      /^Expected the code of worker scale and its layers to have at most 262144000 bytes .*, received 262144001\.$/,
    );
  });

  it("cuts a summary to the length that Lambda takes", async () => {
    const resources = await deploy({ transform: { ...ARGS.transform, summary: `${"s".repeat(300)}.` } });

    expect(find(resources, "aws:lambda/function:Function", "scale").inputs.description).toBe("s".repeat(256));
  });
});
