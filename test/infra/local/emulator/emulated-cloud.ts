import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../../infra/local/emulator.ts";

export interface EmulatedCloud extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  /** Receives, with all attributes, whatever a queue has at this moment. */
  drain(queueUrl: string): Promise<Message[]>;
}

/** An emulator and the real clients of it; `await using` ends both. */
export async function startEmulatedCloud(options?: EmulatorOptions): Promise<EmulatedCloud> {
  const emulator = await startEmulator(options);
  const { endpoint, region } = emulator;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const sns = new SNSClient({ endpoint, region, credentials });
  const sqs = new SQSClient({ endpoint, region, credentials });

  const drain = async (queueUrl: string): Promise<Message[]> => {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
    );
    return Messages === undefined ? [] : [...Messages, ...(await drain(queueUrl))];
  };

  return {
    emulator,
    s3,
    sns,
    sqs,
    drain,
    [Symbol.asyncDispose]: async () => {
      for (const client of [s3, sns, sqs]) client.destroy();
      await emulator.close();
    },
  };
}

/** A topic with a queue that gets all of its messages raw. */
export async function createRawTopic(emulator: Emulator): Promise<{ topicArn: string; queueUrl: string }> {
  const topicArn = await emulator.createTopic("events");
  const { url, arn } = await emulator.createQueue("events", {});
  await emulator.subscribe({ topicArn, queueArn: arn, rawMessageDelivery: true });
  return { topicArn, queueUrl: url };
}
