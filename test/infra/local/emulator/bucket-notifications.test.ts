import { Readable } from "node:stream";
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
import type { TopicNotification } from "../../../../infra/local/emulator.ts";
import { createRawTopic, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "uploads";
const MD5_OF_HELLO = "5d41402abc4b2a76b9719d911017c592";
const ALL_EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];

/** A bucket whose events end in one queue, already without the test event. */
async function startNotifying(rules: readonly Omit<TopicNotification, "topicArn">[] = [{ events: ALL_EVENTS }]) {
  const cloud = await startEmulatedCloud();
  const { topicArn, queueUrl } = await createRawTopic(cloud.emulator);
  await cloud.emulator.createBucket(Bucket);
  await cloud.emulator.putBucketNotification(Bucket, { topics: rules.map((rule) => ({ ...rule, topicArn })) });
  await cloud.drain(queueUrl);

  const records = async () => (await cloud.drain(queueUrl)).flatMap(({ Body = "" }) => JSON.parse(Body).Records);
  const put = (Key: string) => cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
  return { ...cloud, [Symbol.asyncDispose]: cloud[Symbol.asyncDispose], topicArn, records, put };
}

describe("an event", () => {
  it("has the shape of S3's", async () => {
    await using cloud = await startNotifying([{ id: "rule", events: ALL_EVENTS }]);

    await cloud.put("red flower/é+~(1).jpg");

    expect(await cloud.records()).toEqual([
      {
        eventVersion: "2.6",
        eventSource: "aws:s3",
        awsRegion: "us-east-1",
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        eventName: "ObjectCreated:Put",
        userIdentity: { principalId: "AWS:000000000000" },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: {
          "x-amz-request-id": expect.stringMatching(/^[0-9A-F]{16}$/),
          "x-amz-id-2": expect.stringMatching(/^\S+$/),
        },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "rule",
          bucket: { name: Bucket, ownerIdentity: { principalId: "000000000000" }, arn: "arn:aws:s3:::uploads" },
          object: {
            key: "red+flower/%C3%A9%2B~%281%29.jpg",
            size: 5,
            eTag: MD5_OF_HELLO,
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
        },
      },
    ]);
  });

  it("tells each way in which an object comes and goes, in order", async () => {
    await using cloud = await startNotifying();
    const { s3 } = cloud;
    const partBody = Buffer.alloc(5 * 1024 ** 2);

    await cloud.put("put");
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/put` }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const upload = { Bucket, Key: "parts", UploadId };
    const { ETag: first } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: partBody }));
    const { ETag: second } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: "end" }));
    const Parts = [
      { ETag: first, PartNumber: 1 },
      { ETag: second, PartNumber: 2 },
    ];
    const { ETag } = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "put" }));
    await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "copy" }, { Key: "never" }, { Key: "parts" }] } }),
    );

    const records = await cloud.records();
    expect(
      records.map(({ eventName, s3: { object } }) => {
        const { sequencer: _sequencer, ...rest } = object;
        return [eventName, rest];
      }),
    ).toEqual([
      ["ObjectCreated:Put", { key: "put", size: 5, eTag: MD5_OF_HELLO }],
      ["ObjectCreated:Copy", { key: "copy", size: 5, eTag: MD5_OF_HELLO }],
      [
        "ObjectCreated:CompleteMultipartUpload",
        { key: "parts", size: 5 * 1024 ** 2 + 3, eTag: ETag?.replaceAll('"', "") },
      ],
      ["ObjectRemoved:Delete", { key: "put" }],
      ["ObjectRemoved:Delete", { key: "copy" }],
      ["ObjectRemoved:Delete", { key: "parts" }],
    ]);
    const sequencers = records.map(({ s3: { object } }) => BigInt(`0x${object.sequencer}`));
    expect(sequencers).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  });

  it("names each key of DeleteObjects as it was put", async () => {
    await using cloud = await startNotifying([{ events: ["s3:ObjectRemoved:*"] }]);
    const keys = ["<a>", "&#65;", "line\nbreak", "é"];
    for (const key of keys) await cloud.put(key);

    await cloud.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));

    const records = await cloud.records();
    expect(records.map(({ s3 }) => decodeURIComponent(s3.object.key))).toEqual(keys);
  });

  it("has the size of the object, not of a request with checksums behind it", async () => {
    await using cloud = await startNotifying();
    const Body = Readable.from(["hello"]);

    await cloud.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body, ContentLength: 5 }));

    const [record] = await cloud.records();
    expect(record.s3.object).toMatchObject({ size: 5, eTag: MD5_OF_HELLO });
  });

  it("is not raised by a write that fails", async () => {
    await using cloud = await startNotifying();

    const writes = [
      new PutObjectCommand({ Bucket, Key: "a", Body: "x", IfMatch: '"0"' }),
      new PutObjectCommand({ Bucket, Key: "a", Body: "x", ACL: "private" }),
      new PutObjectCommand({ Bucket: "no-such-bucket", Key: "a", Body: "x" }),
    ].map((command) => cloud.s3.send(command));

    expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual([
      "rejected",
      "rejected",
      "rejected",
    ]);
    expect(await cloud.records()).toEqual([]);
  });
});

describe("a notification", () => {
  it.each<[string, Omit<TopicNotification, "topicArn">, string[]]>([
    ["one event type", { events: ["s3:ObjectRemoved:Delete"] }, ["ObjectRemoved:Delete in/a+b.jpg"]],
    ["a prefix", { events: ALL_EVENTS, filterPrefix: "out/" }, ["ObjectCreated:Put out/c.png"]],
    ["a suffix", { events: ["s3:ObjectCreated:*"], filterSuffix: ".jpg" }, ["ObjectCreated:Put in/a+b.jpg"]],
    [
      "an encoded prefix",
      { events: ["s3:ObjectCreated:Put"], filterPrefix: "in/a+" },
      ["ObjectCreated:Put in/a+b.jpg"],
    ],
    ["a prefix that is not encoded", { events: ALL_EVENTS, filterPrefix: "in/a b" }, []],
  ])("selects by %s", async (_what, rule, expected) => {
    await using cloud = await startNotifying([rule]);

    await cloud.put("in/a b.jpg");
    await cloud.put("out/c.png");
    await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: "in/a b.jpg" }));

    const records = await cloud.records();
    expect(records.map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`)).toEqual(expected);
  });

  it("announces itself, and replaces the one before", async () => {
    await using cloud = await startEmulatedCloud();
    const { topicArn, queueUrl } = await createRawTopic(cloud.emulator);
    await cloud.emulator.createBucket(Bucket);

    await cloud.emulator.putBucketNotification(Bucket, { topics: [{ topicArn, events: ALL_EVENTS }] });
    await cloud.emulator.putBucketNotification(Bucket, { topics: [] });
    await cloud.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "hello" }));

    const [message, ...others] = await cloud.drain(queueUrl);
    expect(others).toEqual([]);
    expect(JSON.parse(message?.Body ?? "")).toEqual({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: expect.stringMatching(/Z$/),
      Bucket,
      RequestId: expect.stringMatching(/^[0-9A-F]{16}$/),
      HostId: expect.stringMatching(/^\S+$/),
    });
  });

  it.each<[string, Omit<TopicNotification, "topicArn">[], string]>([
    ["overlaps by event", [{ events: ["s3:ObjectCreated:*"] }, { events: ["s3:ObjectCreated:Put"] }], "overlap"],
    [
      "overlaps by prefix",
      [
        { events: ALL_EVENTS, filterPrefix: "in/" },
        { events: ALL_EVENTS, filterPrefix: "in/cats/" },
      ],
      "overlap",
    ],
    [
      "overlaps by suffix",
      [
        { events: ALL_EVENTS, filterSuffix: "jpg" },
        { events: ALL_EVENTS, filterSuffix: "pg" },
      ],
      "overlap",
    ],
    ["has an unknown event", [{ events: ["s3:ObjectMade:*"] }], "not supported"],
    ["has an unknown way to expire", [{ events: ["s3:LifecycleExpiration:Put"] }], "not supported"],
    ["has a wildcard", [{ events: ALL_EVENTS, filterPrefix: "in/*" }], "no wildcards"],
    [
      "repeats an id",
      [
        { id: "x", events: ["s3:ObjectCreated:*"] },
        { id: "x", events: ["s3:ObjectRemoved:*"] },
      ],
      "Same ID",
    ],
  ])("is refused if it %s", async (_what, rules, reason) => {
    await expect(startNotifying(rules)).rejects.toMatchObject({
      code: "InvalidArgument",
      message: expect.stringContaining(reason),
    });
  });

  it.each<[string, Omit<TopicNotification, "topicArn">[]]>([
    ["have different events", [{ events: ["s3:ObjectCreated:*"] }, { events: ["s3:ObjectRemoved:*"] }]],
    [
      "share a prefix but no suffix",
      [
        { events: ALL_EVENTS, filterPrefix: "in/", filterSuffix: ".jpg" },
        { events: ALL_EVENTS, filterPrefix: "in/", filterSuffix: ".png" },
      ],
    ],
  ])("goes with another if they %s", async (_what, rules) => {
    await using cloud = await startNotifying(rules);

    await cloud.put("in/a.jpg");

    expect(await cloud.records()).toHaveLength(1);
  });

  it("is refused without its topic, and without its bucket", async () => {
    await using cloud = await startEmulatedCloud();
    await cloud.emulator.createBucket(Bucket);
    const topics = [{ topicArn: "arn:aws:sns:us-east-1:000000000000:none", events: ALL_EVENTS }];

    await expect(cloud.emulator.putBucketNotification(Bucket, { topics })).rejects.toMatchObject({
      code: "InvalidArgument",
    });
    await expect(cloud.emulator.putBucketNotification("other", { topics: [] })).rejects.toMatchObject({
      code: "NoSuchBucket",
    });
  });
});
