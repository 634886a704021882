import {
  CopyObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "bucket";
const Key = "a.txt";
const OTHER = `"00000000000000000000000000000000"`;
const HOUR = 3_600_000;

let cloud: EmulatedCloud;
let ETag: string;
let LastModified: Date;

beforeAll(async () => {
  cloud = await startEmulatedCloud({ region: "eu-west-1" });
  await cloud.emulator.createBucket(Bucket);
  await cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: "abcdef", ContentType: "text/plain" }));
  ({ ETag = "", LastModified = new Date(0) } = await cloud.s3.send(new HeadObjectCommand({ Bucket, Key })));
});
afterAll(() => cloud[Symbol.asyncDispose]());

const request = (headers: Record<string, string>, method = "GET") =>
  fetch(`${cloud.emulator.endpoint}/${Bucket}/${Key}`, { method, headers });
const anHourEarlier = () => new Date(LastModified.getTime() - HOUR).toUTCString();
const thatTime = () => LastModified.toUTCString();

describe("a read on a condition", () => {
  it.each<[string, () => Record<string, string>, number]>([
    ["the same entity tag is known", () => ({ "if-none-match": ETag }), 304],
    ["it is known without quotes", () => ({ "if-none-match": ETag.replaceAll('"', "") }), 304],
    ["it is known among others", () => ({ "if-none-match": `${OTHER}, W/${ETag}` }), 304],
    ["another is known", () => ({ "if-none-match": OTHER }), 200],
    ["it has not changed since", () => ({ "if-modified-since": thatTime() }), 304],
    ["it has changed since", () => ({ "if-modified-since": anHourEarlier() }), 200],
    ["the date is none", () => ({ "if-modified-since": "yesterday" }), 304],
    [
      "another tag is known, and it has not changed",
      () => ({ "if-none-match": OTHER, "if-modified-since": thatTime() }),
      200,
    ],
    ["it has the tag", () => ({ "if-match": ETag }), 200],
    ["it is there at all", () => ({ "if-match": "*" }), 200],
    ["it has another tag", () => ({ "if-match": OTHER }), 412],
    ["it has changed", () => ({ "if-unmodified-since": anHourEarlier() }), 412],
    ["it has the tag, but changed", () => ({ "if-match": ETag, "if-unmodified-since": anHourEarlier() }), 200],
  ])("is answered as by S3 if %s", async (_what, headers, status) => {
    const answers = await Promise.all([request(headers()), request(headers(), "HEAD")]);

    expect(answers.map((answer) => answer.status)).toEqual([status, status]);
    if (status === 304) expect(answers.map((answer) => answer.headers.get("etag"))).toEqual([ETag, ETag]);
  });

  it.each([
    [{ CopySourceIfMatch: OTHER }, "PreconditionFailed"],
    [{ CopySourceIfUnmodifiedSince: new Date(0) }, "PreconditionFailed"],
  ])("keeps a copy from being made: %j", async (condition, name) => {
    const copy = new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${Key}`, ...condition });

    await expect(cloud.s3.send(copy)).rejects.toMatchObject({ name });
    await expect(cloud.s3.send(new HeadObjectCommand({ Bucket, Key: "copy" }))).rejects.toMatchObject({
      name: "NotFound",
    });
  });
});

describe("a range of an object", () => {
  it.each([
    ["bytes=1-2", 206, "bc", "bytes 1-2/6"],
    ["bytes=-99", 206, "abcdef", "bytes 0-5/6"],
    // S3 has one range a request, and ignores what is none.
    ["bytes=0-1,3-4", 200, "abcdef", null],
    ["lines=1-2", 200, "abcdef", null],
  ])("is answered as by S3: %s", async (range, status, body, contentRange) => {
    const answer = await request({ range });

    expect([answer.status, await answer.text(), answer.headers.get("content-range")]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });

  it.each(["bytes=6-", "bytes=9-12", "bytes=-0"])("that has nothing in it is refused: %s", async (range) => {
    const answer = await request({ range });

    expect(answer.status).toBe(416);
    expect(await answer.text()).toContain("<Code>InvalidRange</Code>");
  });

  it("can't be asked for without the bytes", async () => {
    expect((await request({ range: "bytes=0-1" }, "HEAD")).status).toBe(501);
  });
});

describe("an answer", () => {
  it("has the headers that a download link asks for", async () => {
    const overrides = {
      ResponseContentDisposition: `attachment; filename="a b.txt"`,
      ResponseContentType: "application/x-download",
      ResponseCacheControl: "no-store",
      ResponseContentLanguage: "fr",
    };

    const { ContentDisposition, ContentType, CacheControl, ContentLanguage } = await cloud.s3.send(
      new GetObjectCommand({ Bucket, Key, ...overrides }),
    );

    expect([ContentDisposition, ContentType, CacheControl, ContentLanguage]).toEqual(Object.values(overrides));
  });

  it("tells that ranges are possible", async () => {
    expect(await cloud.s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ AcceptRanges: "bytes" });
  });

  it("is refused to those who expect another account's bucket", async () => {
    const read = cloud.s3.send(new GetObjectCommand({ Bucket, Key, ExpectedBucketOwner: "111111111111" }));

    await expect(read).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
  });

  it("tells where a bucket is", async () => {
    const { LocationConstraint } = await cloud.s3.send(new GetBucketLocationCommand({ Bucket }));
    const { BucketRegion } = await cloud.s3.send(new HeadBucketCommand({ Bucket }));

    expect([LocationConstraint, BucketRegion]).toEqual(["eu-west-1", "eu-west-1"]);
  });

  it("tells that an object has no tags, for copies in parts ask", async () => {
    expect((await cloud.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet).toEqual([]);
    await expect(cloud.s3.send(new GetObjectTaggingCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });
});
