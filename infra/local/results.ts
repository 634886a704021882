import { setTimeout } from "node:timers/promises";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { ErrorCode } from "../../runtime/errors.ts";
import { readMessage, type Upload } from "../../runtime/event.ts";
import type { Result } from "../../runtime/result.ts";
import { deliveryQueuePolicy } from "../policies.ts";
import type { DeployedStack, DeployedWorker } from "./deploy.ts";

const PAUSE_AFTER_ERROR_MS = 1_000;

const CRASHED: ErrorCode = "FUNCTION_CRASHED";

/** What became of one key in one worker, as far as a reader of results can know. */
export type KeyResult = Pick<Result, "worker"> & { readonly key: string } & (
    | { readonly status: "published"; readonly result: Result }
    | { readonly status: "deadLettered"; readonly code: string; readonly message: string }
  );

/**
 * Tells `onResult` of every published result and of every dead letter, which it takes out of its queue. A failure may be
 * told of both ways. Returns how to stop.
 * @param onError told of what went wrong; the watching goes on
 */
export async function watchResults(
  stack: DeployedStack,
  onResult: (result: KeyResult) => void,
  onError: (error: unknown) => void = console.error,
): Promise<() => Promise<void>> {
  const sqs = new SQSClient(stack.machine.clientSettings);
  const stopping = new AbortController();
  const stopPublished = await watchPublished(stack, onResult, onError);
  const watching = stack.workers.map((worker) =>
    drain(
      sqs,
      worker.deadLetterQueueUrl,
      stopping.signal,
      ({ Body = "", MessageAttributes }) => {
        const { code, message } = MessageAttributes ?? {};
        deadLettersOf(worker, Body, code?.StringValue, message?.StringValue).forEach(onResult);
      },
      onError,
    ),
  );
  return async () => {
    stopping.abort();
    await Promise.all([stopPublished(), ...watching]);
    sqs.destroy();
  };
}

/** Tells `onResult` of every published result. Returns how to stop. */
export async function watchPublished(
  stack: DeployedStack,
  onResult: (result: KeyResult) => void,
  onError: (error: unknown) => void = console.error,
): Promise<() => Promise<void>> {
  const { emulator, clientSettings, access } = stack.machine;
  const sqs = new SQSClient(clientSettings);
  const stopping = new AbortController();
  const { url, arn } = await emulator.createQueue("watched-results", { VisibilityTimeout: "60" });
  access.putResourcePolicy(arn, deliveryQueuePolicy({ queueArn: arn, topicArn: stack.resultsTopicArn }));
  await emulator.subscribe({ topicArn: stack.resultsTopicArn, queueArn: arn, rawMessageDelivery: true });
  const watching = drain(
    sqs,
    url,
    stopping.signal,
    ({ Body = "" }) => {
      const result = readResult(Body);
      if (result) onResult({ status: "published", worker: result.worker, key: result.upload.key, result });
      else console.error(`Expected a result on the results topic, received ${Body.slice(0, 100)}.`);
    },
    onError,
  );
  return async () => {
    stopping.abort();
    await watching;
    sqs.destroy();
  };
}

/** What a dead letter tells, for each upload in it. One without a code was sent by no dispatcher: its function died. */
export function deadLettersOf(
  { name: worker }: Pick<DeployedWorker, "name">,
  body: string,
  code: string = CRASHED,
  message = "The function ended without an answer each time.",
): KeyResult[] {
  return uploadsIn(body).map(({ key }) => ({ status: "deadLettered", worker, key, code, message }));
}

function uploadsIn(body: string): Upload[] {
  try {
    return readMessage(body);
  } catch {
    // What is no S3 event is a dead letter for that very reason, and names no upload to tell of.
    return [];
  }
}

async function drain(
  sqs: SQSClient,
  queueUrl: string,
  signal: AbortSignal,
  handle: (message: Message) => void,
  onError: (error: unknown) => void,
): Promise<void> {
  const receive = { QueueUrl: queueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
  while (!signal.aborted) {
    try {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive), { abortSignal: signal });
      if (Messages.length === 0) continue;
      for (const message of Messages) handle(message);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await setTimeout(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** Anyone may publish to a topic. */
function readResult(body: string): Result | undefined {
  try {
    const result: Result = JSON.parse(body);
    return result.upload.key === undefined ? undefined : result;
  } catch {
    return undefined;
  }
}
