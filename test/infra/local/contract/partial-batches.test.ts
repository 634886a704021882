import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetQueueAttributesCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startEventSourceMapping } from "../../../../infra/local/event-source-mapping.ts";
import { createFunction } from "../../../../infra/local/function-host.ts";
import { type EmulatedCloud, startEmulatedCloud } from "../emulator/emulated-cloud.ts";

/*
 * What Lambda documents of batches that fail in part, tried with a function in a process of its own:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
const MAX_RECEIVES = 2;
const BODIES = ["a", "b", "c"];
const identify = "const id = (body) => Records.find((record) => record.body === body)?.messageId;";

/** The bodies that end in the dead-letter queue, since they came back after each receive, and with their last count. */
async function deadLettersOf(handler: string, options: { timeoutSeconds?: number; reports?: boolean } = {}) {
  const cloud = await startEmulatedCloud({ queueTimeScale: 1000 });
  const dead = await cloud.emulator.createQueue("dead-letters", {});
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: MAX_RECEIVES });
  const queue = await cloud.emulator.createQueue("queue", { RedrivePolicy, VisibilityTimeout: "30" });
  const lambda = await functionOf(
    `exports.handler = async ({ Records }) => { ${identify} ${handler} };`,
    options.timeoutSeconds,
  );
  onTestFinished(async () => {
    await lambda.close();
    await cloud[Symbol.asyncDispose]();
  });
  const Entries = BODIES.map((body) => ({ Id: body, MessageBody: body }));
  await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));

  const mapping = startEventSourceMapping({
    queueUrl: queue.url,
    queueArn: queue.arn,
    function: lambda,
    sqs: cloud.sqs,
    batchSize: BODIES.length,
    maximumBatchingWindowSeconds: 0,
    maximumConcurrency: 1,
    visibilityTimeoutSeconds: 30,
    queueTimeScale: 1000,
    reportBatchItemFailures: options.reports ?? true,
  });
  await vi.waitFor(async () => expect(await countMessages(cloud, queue.url)).toBe(0), {
    timeout: 30_000,
    interval: 20,
  });
  await mapping.stop();
  return (await cloud.drain(dead.url)).map(({ Body }) => Body).sort();
}

/** Whatever their state. */
async function countMessages({ sqs }: EmulatedCloud, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

async function functionOf(code: string, timeoutSeconds = 5) {
  const codeFolder = await mkdtemp(join(tmpdir(), "function-"));
  onTestFinished(() => rm(codeFolder, { recursive: true }));
  await writeFile(join(codeFolder, "index.js"), code);
  return createFunction({
    name: "function",
    handler: "index.handler",
    codeFolder,
    layerFolders: [],
    environment: {},
    timeoutSeconds,
    memoryMb: 128,
    concurrency: 1,
    region: "us-east-1",
    accountId: "000000000000",
  });
}

describe("a batch of which a function reports failures", () => {
  it.each([
    // "Lambda treats a batch as a complete success if your function returns any of the following:"
    ["an empty list", "return { batchItemFailures: [] }", []],
    ["a list that is null", "return { batchItemFailures: null }", []],
    ["an empty answer", "return {}", []],
    ["no answer", "return null", []],
    // "A batchItemFailures list with the identifiers of the failed messages": those alone are visible again.
    ["one message", "return { batchItemFailures: [{ itemIdentifier: id('b') }] }", ["b"]],
    ["two messages", "return { batchItemFailures: ['c', 'a'].map((it) => ({ itemIdentifier: id(it) })) }", ["a", "c"]],
    // "Lambda treats a batch as a complete failure if your function returns any of the following:"
    ["an empty identifier", "return { batchItemFailures: [{ itemIdentifier: '' }] }", BODIES],
    ["an identifier that is null", "return { batchItemFailures: [{ itemIdentifier: null }] }", BODIES],
    ["an identifier with a bad key name", "return { batchItemFailures: [{ messageId: id('b') }] }", BODIES],
    ["an identifier of no message", "return { batchItemFailures: [{ itemIdentifier: 'none' }] }", BODIES],
    ["an answer that is no object", "return 'failed'", BODIES],
  ])("comes back as far as it must after %s", async (_what, handler, expected) => {
    expect(await deadLettersOf(handler)).toEqual(expected);
  });

  it.each([
    // "If your function throws an exception, the entire batch is considered a complete failure."
    ["throws", "throw new Error('no')", 5],
    ["crashes", "process.exit(3)", 5],
    // "Lambda waits for the function's time-out", and the batch is visible again after the visibility timeout.
    ["takes too long", "await new Promise((resolve) => setTimeout(resolve, 60_000))", 1],
  ])("comes back whole if the function %s", async (_what, handler, timeoutSeconds) => {
    expect(await deadLettersOf(handler, { timeoutSeconds })).toEqual(BODIES);
  });

  it("does not come back if the mapping was not told to ask for reports", async () => {
    const handler = "return { batchItemFailures: [{ itemIdentifier: id('b') }] }";

    expect(await deadLettersOf(handler, { reports: false })).toEqual([]);
  });
});
