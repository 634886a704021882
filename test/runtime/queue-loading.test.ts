import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { createHandler } from "../../runtime/handler.ts";
import { lambdaContext } from "../support/contexts.ts";
import { stubLambdaEnvironment } from "../support/lambda-environment.ts";
import { ABSENT, s3Failure } from "../support/s3-answers.ts";
import { s3Event } from "../support/s3-events.ts";
import { sqsEvent } from "../support/sqs-records.ts";
import { preview } from "../support/test-transforms.ts";
import { workerSettings } from "../support/worker-settings.ts";

const loads = vi.hoisted(() => ({ count: 0 }));

vi.mock("@aws-sdk/client-sqs", async (importOriginal) => {
  loads.count++;
  const module = await importOriginal<typeof import("@aws-sdk/client-sqs")>();
  mockClient(module.SQSClient);
  return module;
});

describe("the client of SQS", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("is loaded on a worker's first failure, not before, and once", async () => {
    stubLambdaEnvironment(workerSettings());
    const s3 = mockClient(S3Client);
    mockClient(SNSClient);
    const handler = createHandler({ name: "preview", transform: preview as Transform, sourceDigest: "source-1" });
    const loaded: number[] = [];

    s3.onAnyCommand().resolves({}).on(GetObjectCommand).rejects(ABSENT.NoSuchKey);
    s3.on(HeadObjectCommand).rejects(ABSENT.NotFound);
    await handler(sqsEvent(s3Event()), lambdaContext());
    loaded.push(loads.count);
    s3.on(GetObjectCommand).rejects(s3Failure("SlowDown", 503, "Please reduce your request rate."));
    for (const _ of [1, 2]) {
      await handler(sqsEvent(s3Event()), lambdaContext());
      loaded.push(loads.count);
    }

    expect(loaded).toEqual([0, 1, 1]);
  });
});
