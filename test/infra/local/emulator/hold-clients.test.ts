import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { startEmulator } from "../../../../infra/local/emulator.ts";

const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

describe("an emulator that holds its clients", () => {
  it("answers an upload that came early once there is someone to tell of it", async () => {
    const emulator = await startEmulator({ holdsClients: true });
    const client = { endpoint: emulator.endpoint, region: emulator.region, credentials: CREDENTIALS, maxAttempts: 1 };
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    const sqs = new SQSClient(client);
    const early = s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "cat.png", Body: "cat" }));

    await emulator.createBucket("uploads");
    const topicArn = await emulator.createTopic("uploads");
    const { url, arn } = await emulator.createQueue("work", {});
    await emulator.subscribe({ topicArn, queueArn: arn, rawMessageDelivery: true });
    await emulator.putBucketNotification("uploads", { topics: [{ topicArn, events: ["s3:ObjectCreated:*"] }] });
    await emulator.open();
    await early;

    const receive = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 });
    const { Messages = [] } = await sqs.send(receive);
    const keys = Messages.flatMap(({ Body = "{}" }) => JSON.parse(Body).Records ?? []).map(({ s3 }) => s3.object.key);
    expect(keys).toEqual(["cat.png"]);
    for (const used of [s3, sqs]) used.destroy();
    await emulator.close();
  });
});
