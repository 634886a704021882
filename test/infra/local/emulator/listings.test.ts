import {
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "bucket";
const KEYS = ["a/1", "a/2", "b", "c d+é/1", "c d+é/2", "e\u0001f"];

let cloud: EmulatedCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startEmulatedCloud();
  s3 = cloud.s3;
  await cloud.emulator.createBucket(Bucket);
  for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
});
afterAll(() => cloud[Symbol.asyncDispose]());

const decode = (name = "") => decodeURIComponent(name.replaceAll("+", " "));

describe("a listing in URLs' encoding", () => {
  it("has keys that XML has no form for", async () => {
    const { Contents = [], EncodingType } = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));

    expect(EncodingType).toBe("url");
    expect(Contents.map(({ Key }) => Key)).toContain("c+d%2B%C3%A9/1");
    expect(Contents.map(({ Key }) => decode(Key))).toEqual(KEYS);
  });

  it("encodes prefixes too, and is given its parameters as they are", async () => {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket, EncodingType: "url", Prefix: "c d", Delimiter: "/", StartAfter: "c d" }),
    );

    expect([page.Prefix, page.StartAfter, page.Delimiter]).toEqual(["c+d", "c+d", "/"]);
    expect(page.CommonPrefixes).toEqual([{ Prefix: "c+d%2B%C3%A9/" }]);
  });

  it("is refused in another", async () => {
    const request = fetch(`${cloud.emulator.endpoint}/${Bucket}?list-type=2&encoding-type=base64`);

    expect((await request).status).toBe(400);
  });
});

describe("a listing", () => {
  it("begins behind the key that it is told", async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: "a/2", MaxKeys: 2 }));

    expect(Contents.map(({ Key }) => Key)).toEqual(["b", "c d+é/1"]);
  });

  it("tells owners only to those who ask", async () => {
    const [asked, unasked] = await Promise.all(
      [true, undefined].map((FetchOwner) => s3.send(new ListObjectsV2Command({ Bucket, FetchOwner, MaxKeys: 1 }))),
    );

    expect(asked?.Contents?.[0]?.Owner).toEqual({ ID: "000000000000" });
    expect(unasked?.Contents?.[0]?.Owner).toBeUndefined();
  });

  it.each([0, 5000])("of at most %i keys has as many as S3 gives", async (MaxKeys) => {
    const { Contents = [], ...page } = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys }));

    expect([Contents.length, page.MaxKeys, page.IsTruncated]).toEqual(
      MaxKeys === 0 ? [0, 0, false] : [KEYS.length, 1000, false],
    );
  });

  it.each(["-1", "many", "1.5"])("of %s keys is refused", async (maxKeys) => {
    const { status } = await fetch(`${cloud.emulator.endpoint}/${Bucket}?list-type=2&max-keys=${maxKeys}`);

    expect(status).toBe(400);
  });
});

describe("the first version of listings", () => {
  it("goes on after a marker, and gives the next one where keys are grouped", async () => {
    const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 2 }));
    const second = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 2, Marker: first.NextMarker, EncodingType: "url" }),
    );

    expect([first.CommonPrefixes, first.Contents?.map(({ Key }) => Key), first.NextMarker]).toEqual([
      [{ Prefix: "a/" }],
      ["b"],
      "b",
    ]);
    expect([second.CommonPrefixes, second.Contents?.map(({ Key }) => decode(Key)), second.IsTruncated]).toEqual([
      [{ Prefix: "c+d%2B%C3%A9/" }],
      ["e\u0001f"],
      false,
    ]);
  });

  it("gives no next marker where they are not", async () => {
    const { IsTruncated, NextMarker } = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));

    expect([IsTruncated, NextMarker]).toEqual([true, undefined]);
  });
});

describe("the listing of buckets", () => {
  it("has them all", async () => {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));

    expect(Buckets.map(({ Name }) => Name)).toEqual([Bucket]);
  });
});
