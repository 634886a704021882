import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRawTopic, type EmulatedCloud, startEmulatedCloud } from "../emulator/emulated-cloud.ts";

/*
 * What S3 documents of its events:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
const Bucket = "uploads";
const MEBIBYTE = 1024 ** 2;

let cloud: EmulatedCloud;
let queueUrl: string;

beforeEach(async () => {
  cloud = await startEmulatedCloud();
  await cloud.emulator.createBucket(Bucket);
  const topic = await createRawTopic(cloud.emulator);
  queueUrl = topic.queueUrl;
  const events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];
  await cloud.emulator.putBucketNotification(Bucket, { topics: [{ topicArn: topic.topicArn, events }] });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const messages = async () => (await cloud.drain(queueUrl)).map(({ Body = "" }) => JSON.parse(Body));
/** Without the test event. */
const records = async () => (await messages()).flatMap(({ Records = [] }) => Records);
const put = (Key: string, Body: string | Buffer = "x") => cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body }));

describe("S3's events", () => {
  // "Amazon S3 sends a test message when you configure an event notification": it is no event, and has no Records.
  it("begin with a test message that has no records", async () => {
    expect(await messages()).toEqual([
      {
        Service: "Amazon S3",
        Event: "s3:TestEvent",
        Time: expect.any(String),
        Bucket,
        RequestId: expect.any(String),
        HostId: expect.any(String),
      },
    ]);
  });

  // "Amazon S3 event notifications send one event entry for each notification message."
  it("come one in a message", async () => {
    await put("a");
    await put("b");

    const [, ...events] = await messages();

    expect(events.map(({ Records }) => Records.length)).toEqual([1, 1]);
  });

  // "The s3 key provides information about the bucket and object involved in the event. The object key name value is
  // URL encoded. For example, "red flower.jpg" becomes "red+flower.jpg"."
  it.each([
    ["red flower.jpg", "red+flower.jpg"],
    ["a/b/c.jpg", "a/b/c.jpg"],
    ["1+1=2.jpg", "1%2B1%3D2.jpg"],
    ["100%.jpg", "100%25.jpg"],
    ["été.jpg", "%C3%A9t%C3%A9.jpg"],
    ["e\u0301te\u0301.jpg", "e%CC%81te%CC%81.jpg"],
    ["日本 (1).jpg", "%E6%97%A5%E6%9C%AC+%281%29.jpg"],
    ["../up//x.jpg", "../up//x.jpg"],
    [`?#&"'<>.jpg`, "%3F%23%26%22%27%3C%3E.jpg"],
    ["A-Z_a-z.0~9", "A-Z_a-z.0~9"],
  ])("have the key %j encoded as a form is", async (key, encoded) => {
    await put(key);

    const [record] = await records();

    expect(record.s3.object.key).toBe(encoded);
    expect(decodeURIComponent(record.s3.object.key.replaceAll("+", " "))).toBe(key);
  });

  // "s3:ObjectCreated:Put, s3:ObjectCreated:Post, s3:ObjectCreated:Copy, s3:ObjectCreated:CompleteMultipartUpload", each
  // without "s3:" in the message.
  it("name how an object was made, once, with its size and entity tag", async () => {
    const { ETag: putTag } = await put("put", "hello");
    const { CopyObjectResult } = await cloud.s3.send(
      new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/put` }),
    );
    const { UploadId } = await cloud.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const upload = { Bucket, Key: "parts", UploadId };
    const Parts = [];
    for (const [index, size] of [5 * MEBIBYTE, 1].entries()) {
      const part = { PartNumber: index + 1, Body: Buffer.alloc(size) };
      Parts.push({ ...(await cloud.s3.send(new UploadPartCommand({ ...upload, ...part }))), PartNumber: index + 1 });
    }
    const { ETag: partsTag } = await cloud.s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );

    const events = (await records()).map(({ eventName, s3 }) => {
      const { key, size, eTag } = s3.object;
      return [eventName, key, size, `"${eTag}"`];
    });

    expect(events).toEqual([
      ["ObjectCreated:Put", "put", 5, putTag],
      ["ObjectCreated:Copy", "copy", 5, CopyObjectResult?.ETag],
      ["ObjectCreated:CompleteMultipartUpload", "parts", 5 * MEBIBYTE + 1, partsTag],
    ]);
    // "The ETag is not an MD5 digest of the object data" for objects made of parts: it ends in their number.
    expect(partsTag).toMatch(/^"[0-9a-f]{32}-2"$/);
  });

  it("of removals have neither size nor entity tag, and are one for each key", async () => {
    for (const key of ["a", "b", "c"]) await put(key);
    await records();

    await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await cloud.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "b" }, { Key: "c" }] } }));

    expect((await records()).map(({ eventName, s3 }) => [eventName, s3.object])).toEqual(
      ["a", "b", "c"].map((key) => ["ObjectRemoved:Delete", { key, sequencer: expect.any(String) }]),
    );
  });

  // "s3:ObjectRemoved:Delete: ... an object is deleted". What happens for a key without one is not documented, and
  // products differ: https://github.com/minio/minio/pull/11514 and https://github.com/minio/minio/pull/19037.
  it("are not raised by removing what is not there", async () => {
    await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: "never" }));

    expect(await records()).toEqual([]);
  });

  // "When comparing sequencers: left-pad the shorter value with zeros, then compare lexicographically."
  it("have sequencers in the order of what happened to a key", async () => {
    await put("a", "1");
    await put("a", "2");
    await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));

    const sequencers = (await records()).map(({ s3 }) => s3.object.sequencer.padStart(32, "0"));

    expect(sequencers).toEqual([...sequencers].sort());
    expect(new Set(sequencers).size).toBe(3);
  });

  // "The eventVersion key value contains a major and minor version in the form <major>.<minor>."; since 2.4 it is one
  // for all types of events.
  it("are of the current version of their schema", async () => {
    await put("a");
    await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));

    const versions = (await records()).map(({ eventVersion, s3 }) => [eventVersion, s3.s3SchemaVersion]);

    expect(versions).toEqual([
      ["2.6", "1.0"],
      ["2.6", "1.0"],
    ]);
  });
});
