import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it, vi } from "vitest";
import { simulate } from "../../../infra/estimate/simulate.ts";
import { startEventSourceMapping } from "../../../infra/local/event-source-mapping.ts";
import type { Invocation } from "../../../infra/local/function-host.ts";
import { simulatedWorker, wideQuotas } from "../../support/simulated-worker.ts";

/** A batch takes so long that pollers, which Lambda adds meanwhile, are all there for the second one. */
const BATCH_SECONDS = 1_000;

describe("the simulation", () => {
  it.each([
    { messages: 40, batchSize: 10, maximumConcurrency: 2 },
    { messages: 57, batchSize: 4, maximumConcurrency: 3 },
    { messages: 100, batchSize: 10, maximumConcurrency: 5 },
    { messages: 7, batchSize: 1, maximumConcurrency: 2 },
    { messages: 3, batchSize: 10, maximumConcurrency: 2 },
  ])(
    "drains $messages messages in as many rounds as this machine's mapping: $maximumConcurrency batches of $batchSize",
    async (given) => {
      const rounds = await localRounds(given);

      const { maximumConcurrency, batchSize, messages } = given;
      const worker = simulatedWorker({ scaling: { maximumConcurrency }, batchSize, secondsOf: () => BATCH_SECONDS });
      const { drainedAt, workers } = simulate([worker], { uploads: messages, windowSeconds: 0 }, wideQuotas());
      expect(drainedAt / BATCH_SECONDS).toBe(rounds.length);
      expect(workers[0]?.uploads).toBe(rounds.flat().reduce((sum, size) => sum + size, 0));
      // What is full here is full there.
      const full = rounds.filter(
        (sizes) => sizes.every((size) => size === batchSize) && sizes.length === maximumConcurrency,
      );
      expect(full.length).toBe(Math.floor(messages / (batchSize * maximumConcurrency)));
    },
  );
});

/**
 * The sizes of batches that the local mapping works on at once, round after round: no batch of a round ends before the mapping
 * has as many as it takes, or all that are left.
 */
async function localRounds({
  messages,
  batchSize,
  maximumConcurrency,
}: Record<"messages" | "batchSize" | "maximumConcurrency", number>) {
  let waiting = Array.from(
    { length: messages },
    (_, index): Message => ({ MessageId: `${index}`, ReceiptHandle: `${index}` }),
  );
  let deleted = 0;
  const sqs = new SQSClient({ region: "eu-west-1" });
  const mock = mockClient(sqs);
  mock.on(ReceiveMessageCommand).callsFake(({ MaxNumberOfMessages }) => {
    const received = waiting.slice(0, MaxNumberOfMessages);
    waiting = waiting.slice(MaxNumberOfMessages);
    return { Messages: received };
  });
  mock.on(DeleteMessageBatchCommand).callsFake(({ Entries }) => {
    deleted += Entries.length;
    return {};
  });
  const running: { readonly size: number; readonly end: (invocation: Invocation) => void }[] = [];
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/worker",
    queueArn: "arn:aws:sqs:eu-west-1:000000000000:worker",
    function: {
      invoke: (event) => {
        const { promise, resolve } = Promise.withResolvers<Invocation>();
        running.push({ size: (event as SQSEvent).Records.length, end: resolve });
        return promise;
      },
    },
    batchSize,
    maximumBatchingWindowSeconds: 0,
    maximumConcurrency,
    visibilityTimeoutSeconds: 60,
    queueTimeScale: 1,
    reportBatchItemFailures: true,
  });
  const sizeOf = (batches: readonly { readonly size: number }[]) => batches.reduce((sum, { size }) => sum + size, 0);
  const rounds: number[][] = [];
  while (deleted < messages) {
    const isFull = () => running.length === maximumConcurrency || sizeOf(running) === messages - deleted;
    await vi.waitFor(() => expect(isFull()).toBe(true), 30_000);
    const round = running.splice(0);
    rounds.push(round.map(({ size }) => size));
    const deletedThen = deleted + sizeOf(round);
    for (const { end } of round) end({ outcome: "returned", value: null });
    await vi.waitFor(() => expect(deleted).toBe(deletedThen), 30_000);
  }
  await mapping.stop();
  return rounds;
}
