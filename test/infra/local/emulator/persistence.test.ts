import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  DeleteMessageCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../../infra/local/emulator.ts";
import { type MachineState, openState } from "../../../../infra/local/state/machine-state.ts";

const BUCKET = "kept";
const ODD_KEYS = [
  "../escape.txt",
  "/absolute.txt",
  "a//b.txt",
  "a",
  "a/b",
  "A",
  "été 2026 + cat (1) 100%.jpg",
  "trailing./dot",
  "con.txt",
  ".hashed/0",
  `${"n".repeat(300)}.jpg`,
  "back\\slash:and*more?.txt",
  "folder/",
];

let folder: string;
let state: MachineState;
let emulator: Emulator;
let s3: S3Client;
let sqs: SQSClient;
let queueUrl: string;
let deadLettersUrl: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

async function start(): Promise<void> {
  state = openState(join(folder, "state"));
  emulator = await startEmulator({ state });
  const { endpoint, region } = emulator;
  const client = { endpoint, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  s3 = new S3Client({ ...client, forcePathStyle: true });
  sqs = new SQSClient(client);
  await emulator.createBucket(BUCKET);
  const deadLetters = await emulator.createQueue("dead-letters", {});
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 2 });
  const queue = await emulator.createQueue("queue", { RedrivePolicy, VisibilityTimeout: "0" });
  const topicArn = await emulator.createTopic("topic");
  await emulator.subscribe({ topicArn, queueArn: queue.arn, rawMessageDelivery: true });
  [queueUrl, deadLettersUrl] = [queue.url, deadLetters.url];
}

async function stop(): Promise<void> {
  s3.destroy();
  sqs.destroy();
  await emulator.close();
  state.close();
}

/** As after the process was killed: nothing is done for the sake of the next run. */
async function restart(): Promise<void> {
  await stop();
  await start();
}

const put = (key: string, body: string | Buffer, more = {}) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ...more }));

async function textOf(key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return Body?.transformToString();
}

async function receive(url: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    }),
  );
  return Messages;
}

async function events(): Promise<string[]> {
  const messages = await receive(queueUrl);
  return messages
    .map(({ Body = "" }) => JSON.parse(Body))
    .flatMap(({ Records = [] }) => Records)
    .map(({ eventName, s3: { object } }) => `${eventName} ${object.key} ${object.eTag ?? ""}`.trim());
}

describe("objects that are kept", () => {
  it("are there after a restart, whatever their keys, and lie nowhere else than below their bucket's folder", async () => {
    for (const key of ODD_KEYS) await put(key, `of ${key}`);

    await restart();

    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    expect(Contents.map(({ Key }) => Key).sort()).toEqual([...ODD_KEYS].sort());
    for (const key of ODD_KEYS) expect(await textOf(key)).toBe(`of ${key}`);
    expect(await readdir(folder)).toEqual(["state"]);
    expect((await readdir(join(folder, "state"))).filter((name) => !name.startsWith("state.sqlite")).sort()).toEqual([
      "buckets",
      "drafts",
    ]);
  });

  it("are plain files where their keys are plain paths", async () => {
    await put("cats/tom.jpg", "tom");

    expect(await readFile(join(folder, "state/buckets", BUCKET, "cats/tom.jpg"), "utf8")).toBe("tom");
  });

  it("keep entity tag, date, type, caching and metadata", async () => {
    const headers = {
      ContentType: "image/png",
      CacheControl: "max-age=1",
      ContentDisposition: "inline",
      Metadata: { source: "a b" },
    };
    await put("photo.png", "bytes", headers);
    const head = async () => {
      const { $metadata, ...rest } = await s3.send(
        new HeadObjectCommand({ Bucket: BUCKET, Key: "photo.png", ChecksumMode: "ENABLED" }),
      );
      return rest;
    };
    const before = await head();
    const LastModified = new Date("2020-02-02T20:20:20Z");
    const [record] = state.objects.list(BUCKET);
    if (record) await state.objects.write({ ...record, lastModified: LastModified.getTime() }, Buffer.from("bytes"));

    await restart();

    expect(await head()).toEqual({ ...before, LastModified });
    expect(before).toMatchObject(headers);
  });

  it("keep the entity tag of an upload in parts", async () => {
    const upload = { Bucket: BUCKET, Key: "large.bin" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...upload, Metadata: { of: "parts" } }));
    const Parts = [];
    for (const [PartNumber, Body] of [
      [1, Buffer.alloc(5 * 1024 * 1024, "a")],
      [2, Buffer.from("tail")],
    ] as const) {
      const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    const { ETag } = await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }),
    );

    await restart();

    const after = await s3.send(new HeadObjectCommand(upload));
    expect({ ETag: after.ETag, ContentLength: after.ContentLength, Metadata: after.Metadata }).toEqual({
      ETag,
      ContentLength: 5 * 1024 * 1024 + 4,
      Metadata: { of: "parts" },
    });
    expect(ETag).toMatch(/-2"$/);
  });

  it("stay deleted, and stay overwritten", async () => {
    await put("gone.txt", "gone");
    await put("new.txt", "old");
    await put("new.txt", "new");
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "gone.txt" }));

    await restart();

    expect(await textOf("new.txt")).toBe("new");
    await expect(textOf("gone.txt")).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await readdir(join(folder, "state/buckets", BUCKET))).toEqual(["new.txt"]);
  });

  it("end as the last of many writes at once", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => put("busy.txt", `${index}`)));
    const last = await textOf("busy.txt");

    await restart();

    expect(await textOf("busy.txt")).toBe(last);
  });

  it("tell of what was changed or removed on disk while nothing ran, without what described the old bytes", async () => {
    await put("edited.txt", "before", { Metadata: { digest: "of before" } });
    await put("removed.txt", "before");
    await stop();
    await writeFile(join(folder, "state/buckets", BUCKET, "edited.txt"), "after");
    await rm(join(folder, "state/buckets", BUCKET, "removed.txt"));

    await start();
    await notify();
    await emulator.open();

    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "edited.txt" }));
    expect(Metadata).toEqual({});
    expect(await events()).toEqual([
      expect.stringMatching(/^ObjectCreated:Put edited\.txt [0-9a-f]{32}$/),
      "ObjectRemoved:Delete removed.txt",
    ]);
    await restart();
    expect(state.objects.notedChanges()).toEqual([]);
  });

  it("tell EventBridge of it, too", async () => {
    await put("edited.txt", "before");
    await stop();
    await writeFile(join(folder, "state/buckets", BUCKET, "edited.txt"), "after");

    await start();
    const { arn: queueArn, url } = await emulator.createQueue("bridge", {});
    await emulator.putBucketNotification(BUCKET, { topics: [], eventBridge: true });
    await emulator.putEventRule({ name: "rule", eventPattern: '{"source":["aws.s3"]}', isEnabled: true });
    await emulator.putEventTarget({ rule: "rule", id: "queue", queueArn });
    await emulator.open();

    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
    const told = Messages.map(({ Body = "" }) => JSON.parse(Body).detail);
    expect(told.map(({ reason, object }) => [reason, object.key, object.size])).toEqual([
      ["PutObject", "edited.txt", 5],
    ]);
  });

  it("tell once more of a change whose event was not journaled when the process was killed", async () => {
    await put("told.txt", "bytes");
    state.objects.noteChange({ bucket: BUCKET, key: "told.txt" });

    await restart();
    await notify();
    await emulator.open();

    expect(await events()).toEqual([expect.stringMatching(/^ObjectCreated:Put told\.txt [0-9a-f]{32}$/)]);
  });
});

async function notify(): Promise<void> {
  const topicArn = `arn:aws:sns:${emulator.region}:${emulator.accountId}:topic`;
  await emulator.putBucketNotification(BUCKET, {
    topics: [{ topicArn, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
  });
}

describe("messages that are kept", () => {
  it("come again with their ids, ages, attributes and receive counts", async () => {
    const MessageAttributes = {
      code: { DataType: "String", StringValue: "TRANSFORM_FAILED" },
      bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) },
    };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "é", MessageAttributes }));
    const [before] = await receive(queueUrl);

    await restart();

    const [after] = await receive(queueUrl);
    expect({ ...after, ReceiptHandle: undefined }).toEqual({
      ...before,
      ReceiptHandle: undefined,
      Attributes: { ...before?.Attributes, ApproximateReceiveCount: "2", SentTimestamp: expect.any(String) },
    });
    expect(Number(before?.Attributes?.SentTimestamp) - Number(after?.Attributes?.SentTimestamp)).toBeLessThan(1000);
  });

  it("do not count a receive that the end of the process cut short", async () => {
    const { url } = await emulator.createQueue("hidden", { VisibilityTimeout: "60" });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "cut short" }));
    const counts = [];
    for (const again of [true, true, false]) {
      const QueueUrl = (await emulator.createQueue("hidden", { VisibilityTimeout: "60" })).url;
      const [message] = await receive(QueueUrl);
      counts.push(message?.Attributes?.ApproximateReceiveCount);
      if (again) await restart();
    }

    expect(counts).toEqual(["1", "1", "1"]);
  });

  it("come not again once they were deleted or purged", async () => {
    const Entries = ["one", "two", "three"].map((Id) => ({ Id, MessageBody: Id }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    await sqs.send(new SendMessageCommand({ QueueUrl: deadLettersUrl, MessageBody: "purged" }));
    for (const { Body, ReceiptHandle } of await receive(queueUrl)) {
      if (Body === "two") await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
    await sqs.send(new PurgeQueueCommand({ QueueUrl: deadLettersUrl }));

    await restart();

    expect((await receive(queueUrl)).map(({ Body }) => Body)).toEqual(["one", "three"]);
    expect(await receive(deadLettersUrl)).toEqual([]);
  });

  it("become dead letters after their last receive, in whichever run that was, and stay it", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "poison" }));
    await receive(queueUrl);
    await restart();
    await receive(queueUrl);
    await restart();

    expect(await receive(queueUrl)).toEqual([]);
    expect((await receive(deadLettersUrl)).map(({ Body }) => Body)).toEqual(["poison"]);
    await restart();
    expect((await emulator.inspectQueue("dead-letters")).ready.map(({ body }) => body)).toEqual(["poison"]);
    expect((await emulator.inspectQueue("queue")).ready).toEqual([]);
  });
});
