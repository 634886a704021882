import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { createHandler } from "../../runtime/handler.ts";
import { lambdaContext } from "../support/contexts.ts";
import { stubLambdaEnvironment } from "../support/lambda-environment.ts";
import { ABSENT } from "../support/s3-answers.ts";
import { s3Event } from "../support/s3-events.ts";
import { sqsEvent } from "../support/sqs-records.ts";
import { preview } from "../support/test-transforms.ts";
import { workerSettings } from "../support/worker-settings.ts";

describe("a worker's handler", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("writes its metrics at the end of each invocation", async () => {
    stubLambdaEnvironment(workerSettings());
    // Powertools writes to the console that a test can watch only if it is told so.
    vi.stubEnv("POWERTOOLS_DEV", "true");
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
    vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "image-machine");
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    mockClient(SNSClient);
    const s3 = mockClient(S3Client);
    s3.onAnyCommand().resolves({}).on(GetObjectCommand).rejects(ABSENT.NoSuchKey);
    s3.on(HeadObjectCommand).rejects(ABSENT.NotFound);
    const handler = createHandler({ name: "preview", transform: preview as Transform, sourceDigest: "source-1" });

    for (const _ of [1, 2]) await handler(sqsEvent(s3Event()), lambdaContext());

    expect(log.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([{ removed: 1 }, { removed: 1 }]);
  });
});
