import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createRawTopic, type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "uploads";
const MD5_OF_HELLO = "5d41402abc4b2a76b9719d911017c592";
const EVERYTHING = { source: ["aws.s3"] };

interface Bridge extends EmulatedCloud {
  /** The events that have come since the last look, parsed. */
  events(): Promise<ReturnType<typeof JSON.parse>[]>;
  put(key: string): Promise<unknown>;
}

/** A bucket that tells EventBridge, with a rule that ends in a queue. */
async function startBridge(pattern: object = EVERYTHING): Promise<Bridge> {
  const cloud = await startEmulatedCloud();
  const { url, arn: queueArn } = await cloud.emulator.createQueue("work", {});
  await cloud.emulator.createBucket(Bucket);
  await cloud.emulator.putBucketNotification(Bucket, { topics: [], eventBridge: true });
  await cloud.emulator.putEventRule({ name: "rule", eventPattern: JSON.stringify(pattern), isEnabled: true });
  await cloud.emulator.putEventTarget({ rule: "rule", id: "queue", queueArn });
  return {
    ...cloud,
    events: async () => (await cloud.drain(url)).map(({ Body = "" }) => JSON.parse(Body)),
    put: (Key) => cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" })),
  };
}

describe("a bucket that tells EventBridge", () => {
  it("sends events of its shape, with the key as it is", async () => {
    await using bridge = await startBridge();

    await bridge.put("red flower/é+~(1).jpg");

    expect(await bridge.events()).toEqual([
      {
        version: "0",
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        "detail-type": "Object Created",
        source: "aws.s3",
        account: "000000000000",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: "us-east-1",
        resources: ["arn:aws:s3:::uploads"],
        detail: {
          version: "0",
          "event-version": "1.0",
          bucket: { name: Bucket },
          object: {
            key: "red flower/é+~(1).jpg",
            size: 5,
            etag: MD5_OF_HELLO,
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
          "request-id": expect.stringMatching(/^[0-9A-F]{16}$/),
          requester: "000000000000",
          "source-ip-address": "127.0.0.1",
          reason: "PutObject",
        },
      },
    ]);
  });

  it("tells each way in which an object comes and goes, in order", async () => {
    await using bridge = await startBridge();
    const { s3 } = bridge;

    await bridge.put("put");
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/put` }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const upload = { Bucket, Key: "parts", UploadId };
    const { ETag: part } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "end" }));
    const MultipartUpload = { Parts: [{ ETag: part, PartNumber: 1 }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "put" }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "copy" }, { Key: "never" }] } }));

    const events = await bridge.events();
    expect(
      events.map((event) => {
        const { object, reason, "deletion-type": deletion } = event.detail;
        return [event["detail-type"], reason, deletion, object.key, object.size];
      }),
    ).toEqual([
      ["Object Created", "PutObject", undefined, "put", 5],
      ["Object Created", "CopyObject", undefined, "copy", 5],
      ["Object Created", "CompleteMultipartUpload", undefined, "parts", 3],
      ["Object Deleted", "DeleteObject", "Permanently Deleted", "put", undefined],
      ["Object Deleted", "DeleteObject", "Permanently Deleted", "copy", undefined],
    ]);
    expect(events.map(({ detail }) => BigInt(`0x${detail.object.sequencer}`))).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  it("tells topics the same, with the same sequencer", async () => {
    await using bridge = await startBridge();
    const { topicArn, queueUrl } = await createRawTopic(bridge.emulator);
    const topics = [{ topicArn, events: ["s3:ObjectCreated:*"] }];
    await bridge.emulator.putBucketNotification(Bucket, { topics, eventBridge: true });
    await bridge.drain(queueUrl);

    await bridge.put("a b");

    const [event] = await bridge.events();
    const [message] = await bridge.drain(queueUrl);
    const { object } = JSON.parse(message?.Body ?? "").Records[0].s3;
    expect([event.detail.object.key, object.key]).toEqual(["a b", "a+b"]);
    expect(event.detail.object.sequencer).toBe(object.sequencer);
  });

  it("stops when another configuration says no more of it", async () => {
    await using bridge = await startBridge();

    await bridge.emulator.putBucketNotification(Bucket, { topics: [] });
    await bridge.put("a");

    expect(await bridge.events()).toEqual([]);
  });

  it("is one of several: a rule hears of those that it names", async () => {
    await using bridge = await startBridge({ detail: { bucket: { name: [Bucket] } } });
    await bridge.emulator.createBucket("others");
    await bridge.emulator.putBucketNotification("others", { topics: [], eventBridge: true });

    await bridge.s3.send(new PutObjectCommand({ Bucket: "others", Key: "a", Body: "x" }));
    await bridge.put("b");

    expect((await bridge.events()).map(({ detail }) => detail.object.key)).toEqual(["b"]);
  });
});

describe("a bucket that holds uploads and outputs", () => {
  const keys = ["uploads/a.jpg", "outputs/thumbnail/a.jpg/small.jpg", "uploads/outputs/b.jpg", "c.jpg"];

  it("tells EventBridge's rules of uploads alone, if their patterns say so", async () => {
    await using bridge = await startBridge({ detail: { object: { key: [{ prefix: "uploads/" }] } } });

    for (const key of keys) await bridge.put(key);

    const heard = (await bridge.events()).map(({ detail }) => detail.object.key);
    expect(heard).toEqual(["uploads/a.jpg", "uploads/outputs/b.jpg"]);
  });

  it("tells topics of uploads alone, if its notification says so", async () => {
    await using bridge = await startBridge();
    const { topicArn, queueUrl } = await createRawTopic(bridge.emulator);
    const events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];
    await bridge.emulator.putBucketNotification(Bucket, { topics: [{ topicArn, events, filterPrefix: "uploads/" }] });
    await bridge.drain(queueUrl);

    for (const key of keys) await bridge.put(key);

    const messages = await bridge.drain(queueUrl);
    const heard = messages.map(({ Body = "" }) => JSON.parse(Body).Records[0].s3.object.key);
    expect(heard).toEqual(["uploads/a.jpg", "uploads/outputs/b.jpg"]);
  });
});
