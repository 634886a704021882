import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { ErrorCode } from "../../runtime/errors.ts";
import { readMessage } from "../../runtime/event.ts";
import type { Result } from "../../runtime/result.ts";
import type { DeployedStack, DeployedWorker } from "./deploy.ts";

/** What became of one key in one worker, as far as a reader of results can know. */
export type KeyResult = Pick<Result, "worker"> & { readonly key: string } & (
    | { readonly status: "published"; readonly result: Result }
    | { readonly status: "crashed"; readonly code: ErrorCode; readonly message: string }
  );

/**
 * Tells `onResult` of every published result, and of every dead letter that no dispatcher sent: its function died without an
 * answer. Returns how to stop.
 */
export async function watchResults(
  stack: DeployedStack,
  onResult: (result: KeyResult) => void,
): Promise<() => Promise<void>> {
  const { emulator, clientSettings } = stack.machine;
  const sqs = new SQSClient(clientSettings);
  const stopping = new AbortController();
  const { url, arn } = await emulator.createQueue("watched-results", { VisibilityTimeout: "60" });
  await emulator.subscribe({ topicArn: stack.resultsTopicArn, queueArn: arn, rawMessageDelivery: true });

  const onPublished = ({ Body = "" }: Message) => {
    const result: Result = JSON.parse(Body);
    onResult({ status: "published", worker: result.worker, key: result.upload.key, result });
  };
  const onDeadLetter = (worker: DeployedWorker) => (message: Message) => {
    if (message.MessageAttributes?.code) return;
    for (const { key } of readMessage(message.Body ?? "")) {
      onResult({
        status: "crashed",
        worker: worker.name,
        key,
        code: "FUNCTION_CRASHED",
        message: "The function ended without an answer each time.",
      });
    }
  };
  const watching = [
    drain(sqs, url, stopping.signal, onPublished),
    ...stack.workers.map((worker) => drain(sqs, worker.deadLetterQueueUrl, stopping.signal, onDeadLetter(worker))),
  ];
  return async () => {
    stopping.abort();
    await Promise.all(watching);
    sqs.destroy();
  };
}

async function drain(
  sqs: SQSClient,
  queueUrl: string,
  signal: AbortSignal,
  handle: (message: Message) => void,
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
      if (!signal.aborted) throw error;
    }
  }
}
