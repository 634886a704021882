import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../../infra/local/emulator.ts";
import type { FaultKind } from "../../../../infra/local/faults/fault-kinds.ts";
import { FaultPlan, type Meanwhile } from "../../../../infra/local/faults/fault-plan.ts";
import { allMessages } from "../../../support/all-messages.ts";

const BODY = "the old bytes of an upload";
const UPLOAD = { Bucket: "uploads", Key: "cat.png" };
const FUNCTION = { accessKeyId: "ASIAFUNCTION", secretAccessKey: "secret" };
const OWNER = { accessKeyId: "local", secretAccessKey: "local" };

let emulator: Emulator | undefined;
afterEach(() => emulator?.close());

/** An emulator where a fault hits the first request that it may hit, and no other. */
async function failOnce(kind: FaultKind, meanwhile: Partial<Meanwhile> = {}, seed = 7) {
  emulator = await startEmulator({
    queueTimeScale: 1000,
    faults: new FaultPlan({
      kinds: new Set([kind]),
      seed,
      isUploadsBucket: (name) => name === "uploads",
      meanwhile: {
        removeUpload: async () => {},
        overwriteUpload: async () => {},
        killFunction: () => {},
        ...meanwhile,
      },
      shareOf: (_kind, _request, asked) => (asked === 0 ? 1 : 0),
    }),
  });
  await emulator.createBucket("uploads");
  const { endpoint, region } = emulator;
  const s3As = (credentials: typeof OWNER, maxAttempts = 1) =>
    new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts });
  const owner = s3As(OWNER);
  await owner.send(new PutObjectCommand({ ...UPLOAD, Body: BODY }));
  return { emulator, endpoint, region, owner, s3As, lambda: s3As(FUNCTION) };
}

const read = async (s3: S3Client) => {
  const { Body } = await s3.send(new GetObjectCommand(UPLOAD));
  return Body?.transformToString();
};

const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: Error) => error.name,
  );

describe("a fault of S3", () => {
  it.each([
    ["s3-503", "SlowDown"],
    ["s3-500", "InternalError"],
  ] as const)("is an answer of AWS to the function alone: %s", async (kind, name) => {
    const { lambda, owner } = await failOnce(kind);

    expect(await nameOf(read(owner))).toBe(BODY);
    expect(await nameOf(read(lambda))).toBe(name);
    expect(await nameOf(read(lambda))).toBe(BODY);
  });

  it.each(["s3-500", "s3-503", "s3-reset"] as const)("is hidden from who tries again: %s", async (kind) => {
    const { s3As } = await failOnce(kind);

    expect(await read(s3As(FUNCTION, 3))).toBe(BODY);
  });

  it("breaks the connection in the middle of the bytes", async () => {
    const { lambda } = await failOnce("s3-truncated");

    const { ContentLength, Body } = await lambda.send(new GetObjectCommand(UPLOAD));

    expect(ContentLength).toBe(BODY.length);
    await expect(Body?.transformToString()).rejects.toThrow("aborted");
  });

  it("removes an upload before or after it is read", async () => {
    const outcomes = new Set();
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const { lambda, owner, emulator } = await failOnce(
        "s3-removed",
        {
          removeUpload: async ({ bucket, key }) =>
            void (await owner.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))),
        },
        seed,
      );
      const first = nameOf(read(lambda));
      outcomes.add(await nameOf(Promise.race([first, rereadLater(lambda).then(() => first)])));
      expect(await nameOf(read(owner))).toBe("NoSuchKey");
      await emulator.close();
    }

    expect(outcomes).toEqual(new Set(["NoSuchKey", BODY]));
  });

  it("gives old bytes only after the new ones were read", async () => {
    const { lambda, owner } = await failOnce("s3-overwritten", {
      overwriteUpload: async () => void (await owner.send(new PutObjectCommand({ ...UPLOAD, Body: "new" }))),
    });
    const seen: unknown[] = [];

    const first = read(lambda).then((bytes) => seen.push(bytes));
    await rereadLater(lambda).then((bytes) => seen.push(bytes));
    await first;

    expect(seen).toEqual(["new", BODY]);
  });
});

/** Reads once the upload was changed. */
async function rereadLater(s3: S3Client): Promise<unknown> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return nameOf(read(s3));
}

describe("a fault of messages", () => {
  it("delivers a message of a topic twice", async () => {
    const { emulator, endpoint, region } = await failOnce("sqs-duplicates");
    const topicArn = await emulator.createTopic("topic");
    const { arn, url } = await emulator.createQueue("queue", {});
    await emulator.subscribe({ topicArn, queueArn: arn, rawMessageDelivery: true });

    await new SNSClient({ endpoint, region, credentials: OWNER }).send(
      new PublishCommand({ TopicArn: topicArn, Message: "once" }),
    );

    await expect.poll(async () => allMessages(await emulator.inspectQueue("queue"))).toEqual(["once", "once"]);
    expect(url).toContain("/queue");
  });

  it("fails what a function publishes, before or after it is published", async () => {
    const published = new Set<number>();
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const { emulator, endpoint, region } = await failOnce("sns-500", {}, seed);
      const topicArn = await emulator.createTopic("topic");
      const { arn } = await emulator.createQueue("queue", {});
      await emulator.subscribe({ topicArn, queueArn: arn, rawMessageDelivery: true });
      const sns = new SNSClient({ endpoint, region, credentials: FUNCTION, maxAttempts: 1 });

      const name = await nameOf(sns.send(new PublishCommand({ TopicArn: topicArn, Message: "a result" })));

      expect(name).toMatch(/InternalError/);
      published.add(allMessages(await emulator.inspectQueue("queue")).length);
      await emulator.close();
    }

    expect([...published].sort()).toEqual([0, 1]);
  });

  it("fails a function's call to its queue, and no question of who deploys it", async () => {
    const { emulator, endpoint, region } = await failOnce("sqs-500");
    const { url } = await emulator.createQueue("queue", {});
    const sqs = new SQSClient({ endpoint, region, credentials: FUNCTION, maxAttempts: 1 });
    const deploy = () => nameOf(sqs.send(new GetQueueAttributesCommand({ QueueUrl: url })));
    const receive = () => nameOf(sqs.send(new ReceiveMessageCommand({ QueueUrl: url })));

    expect(await deploy()).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    expect(await receive()).toMatch(/InternalError/);
    expect(await receive()).toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });
});
