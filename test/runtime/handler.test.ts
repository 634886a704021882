import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { createHandler } from "../../runtime/handler.ts";
import { makerOf } from "../../runtime/makers.ts";
import { workDigest } from "../../runtime/output-writer.ts";
import { SHARP_VERSION } from "../../runtime/source.ts";
import { lambdaContext } from "../support/contexts.ts";
import { fixture } from "../support/fixtures.ts";
import { stubLambdaEnvironment } from "../support/lambda-environment.ts";
import { eTagOf } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { ABSENT, s3Failure, streamOf } from "../support/s3-answers.ts";
import { s3Event } from "../support/s3-events.ts";
import { sqsEvent } from "../support/sqs-records.ts";
import { preview } from "../support/test-transforms.ts";
import { workerSettings } from "../support/worker-settings.ts";

const BUNDLE = { name: "preview", transform: preview as Transform, sourceDigest: "source-1" };
const KEY = { Bucket: "uploads", Key: "a cat.png" };

describe("a worker's handler", () => {
  // It makes its clients itself, so that only their classes can be mocked.
  const s3 = mockClient(S3Client);
  const sns = mockClient(SNSClient);
  const sqs = mockClient(SQSClient);

  beforeEach(() => {
    for (const client of [s3, sns, sqs]) client.reset();
    stubLambdaEnvironment(workerSettings({ options: { side: 3 } }));
  });

  afterEach(() => void vi.unstubAllEnvs());

  async function uploadRed(): Promise<Buffer> {
    const body = await plainImage("red");
    const head = { ETag: `"${eTagOf(body)}"`, ContentLength: body.length };
    s3.on(GetObjectCommand, KEY).resolves({ ...head, Body: streamOf(body) });
    s3.on(HeadObjectCommand).rejects(ABSENT.NotFound).on(HeadObjectCommand, KEY).resolves(head);
    return body;
  }

  it("takes a queue's batch and puts the outputs, exactly", async () => {
    const source = await uploadRed();

    const response = await createHandler(BUNDLE)(sqsEvent(s3Event({ key: "a cat.png" })), lambdaContext());

    const output = {
      Bucket: "outputs",
      Body: expect.any(Buffer),
      CacheControl: "public, max-age=60",
      StorageClass: "STANDARD",
    };
    const Metadata = {
      "source-etag": eTagOf(source),
      "source-key-sha256": "45bda05547b254eabf5596065f7db2c3bd0660d084b324d49af3b2b0806c1205",
      transform: "preview",
      makers: makerOf(workerSettings()),
      digest: workDigest({
        transformSource: "source-1",
        options: { side: 3 },
        sharp: SHARP_VERSION,
        settings: workerSettings(),
      }),
    };
    expect(response).toEqual({ batchItemFailures: [] });
    expect(s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input)).toEqual([
      { ...output, Key: "preview/a cat.png/small.png", ContentType: "image/png", Metadata },
      { ...output, Key: "preview/a cat.png/tiny.webp", ContentType: "image/webp", Metadata },
    ]);
    expect(sns.commandCalls(PublishCommand).map((call) => JSON.parse(call.args[0].input.Message ?? ""))).toMatchObject([
      { status: "done", upload: { bucket: "uploads", key: "a cat.png" } },
    ]);
    expect(sqs.calls()).toEqual([]);
  });

  it("takes an S3 event and returns its results", async () => {
    await uploadRed();

    const answer = await createHandler(BUNDLE)(JSON.parse(s3Event({ key: "a cat.png" })), lambdaContext());

    expect(answer).toMatchObject({
      results: [{ status: "done", outputs: [{ variant: "small" }, { variant: "tiny", mediaType: "image/webp" }] }],
    });
  });

  it("removes the outputs of a removed upload", async () => {
    s3.on(GetObjectCommand).rejects(ABSENT.NoSuchKey);
    s3.on(HeadObjectCommand).rejects(ABSENT.NotFound);
    s3.on(DeleteObjectCommand).resolves({});
    const body = s3Event({ key: "a cat.png", eventName: "ObjectRemoved:Delete" });

    const response = await createHandler(BUNDLE)(sqsEvent(body), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(s3.commandCalls(DeleteObjectCommand).map((call) => call.args[0].input)).toEqual([
      { Bucket: "outputs", Key: "preview/a cat.png/small.png" },
      { Bucket: "outputs", Key: "preview/a cat.png/tiny.webp" },
    ]);
  });

  it("gives a message back to its queue when S3 is away", async () => {
    s3.onAnyCommand().rejects(s3Failure("SlowDown", 503, "Please reduce your request rate."));

    const response = await createHandler(BUNDLE)(sqsEvent(s3Event()), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand).map((call) => call.args[0].input)).toEqual([
      {
        QueueUrl: workerSettings().queueUrl,
        ReceiptHandle: "receipt of message-1",
        VisibilityTimeout: expect.any(Number),
      },
    ]);
  });

  it("sends what fails for good to the dead-letter queue", async () => {
    const source = (await fixture("png-truncated")).subarray(0, 1_000);
    const head = { ETag: '"e"', ContentLength: source.length };
    s3.on(GetObjectCommand).resolves({ ...head, Body: streamOf(source) });
    s3.on(HeadObjectCommand).rejects(ABSENT.NotFound).on(HeadObjectCommand, KEY).resolves(head);
    const body = s3Event({ key: "a cat.png" });

    const response = await createHandler(BUNDLE)(sqsEvent(body), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(sqs.commandCalls(SendMessageCommand).map((call) => call.args[0].input)).toMatchObject([
      {
        QueueUrl: workerSettings().deadLetterQueueUrl,
        MessageBody: body,
        MessageAttributes: { code: { StringValue: "SOURCE_CORRUPT" } },
      },
    ]);
  });

  it("makes its parts once for all invocations", async () => {
    await uploadRed();
    const handler = createHandler(BUNDLE);

    await handler(sqsEvent(s3Event({ key: "a cat.png" })), lambdaContext());
    await handler(sqsEvent(s3Event({ key: "a cat.png" })), lambdaContext());

    expect(new Set(s3.commandCalls(HeadObjectCommand).map((call) => call.thisValue)).size).toBe(1);
  });
});
