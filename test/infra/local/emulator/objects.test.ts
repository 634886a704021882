import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const ODD_KEYS = [
  "a",
  "cats/tom.jpg",
  "/leading//double/",
  "../up/./here",
  "spaces and + plus",
  "é ü 日本 😀",
  `&<>"'&lt;`,
  "?#%25%2F;=@:,$",
  "line\nbreak",
  "k".repeat(1024),
];

let cloud: EmulatedCloud;
let s3: S3Client;
let count = 0;
/** A bucket of its own for each test. */
let Bucket: string;

beforeAll(async () => {
  cloud = await startEmulatedCloud();
  s3 = cloud.s3;
});
afterAll(() => cloud[Symbol.asyncDispose]());
beforeEach(async () => {
  count += 1;
  Bucket = `bucket-${count}`;
  await cloud.emulator.createBucket(Bucket);
});

const put = (Key: string, Body: string | Buffer = "body") => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (Key: string, Range?: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const listKeys = async () => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key);
};

describe("an object", () => {
  it.each(ODD_KEYS)("is put, read, listed, copied and deleted under the key %j", async (Key) => {
    await put(Key, Key);
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent(Key)}` }));

    expect(await read(Key)).toEqual(Buffer.from(Key));
    expect(await read("copy")).toEqual(Buffer.from(Key));
    expect(new Set(await listKeys())).toEqual(new Set([Key, "copy"]));

    await s3.send(new DeleteObjectCommand({ Bucket, Key }));

    expect(await listKeys()).toEqual(["copy"]);
  });

  it("keeps its metadata", async () => {
    const stored = {
      ContentType: "image/png",
      CacheControl: "max-age=60",
      ContentDisposition: "inline",
      Metadata: { "source-etag": "abc", transform: "thumbnail" },
    };

    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...stored }));

    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).toMatchObject({ ...stored, ContentLength: 1 });
  });

  it("may be empty", async () => {
    await put("folder/", Buffer.alloc(0));

    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "folder/" }))).toMatchObject({ ContentLength: 0 });
  });

  it("may be larger than the emulator's own limit on requests", async () => {
    const body = Buffer.alloc(32 * 1024 ** 2, "image");

    await put("large", body);

    expect((await read("large")).equals(body)).toBe(true);
  });

  it("is put together from parts", async () => {
    const parts = [Buffer.alloc(12 * 1024 ** 2, "one"), Buffer.from("two")];
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }));
    const Parts = await Promise.all(
      parts.map(async (Body, index) => {
        const PartNumber = index + 1;
        const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: "a", UploadId, PartNumber, Body }));
        return { ETag, PartNumber };
      }),
    );

    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "a", UploadId, MultipartUpload: { Parts } }));

    expect((await read("a")).equals(Buffer.concat(parts))).toBe(true);
  });

  it.each([
    ["bytes=1-3", "bcd"],
    ["bytes=4-", "ef"],
    ["bytes=-2", "ef"],
    ["bytes=-9", "abcdef"],
    ["bytes=4-99", "ef"],
  ])("is read in the range %s", async (range, expected) => {
    await put("a", "abcdef");

    expect(String(await read("a", range))).toBe(expected);
  });

  it("can't have a key over 1,024 bytes", async () => {
    await expect(put("é".repeat(513))).rejects.toMatchObject({ name: "KeyTooLongError" });
  });

  it("can't be copied onto itself unless its metadata changes", async () => {
    await put("a b");
    const copy = { Bucket, Key: "a b", CopySource: `${Bucket}/a%20b` };

    await expect(s3.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: "InvalidRequest" });
    await s3.send(new CopyObjectCommand({ ...copy, MetadataDirective: "REPLACE", Metadata: { a: "b" } }));

    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "a b" }))).toMatchObject({ Metadata: { a: "b" } });
  });
});

describe("DeleteObjects", () => {
  it("deletes the keys it names, and no other", async () => {
    for (const key of [...ODD_KEYS, "<", "other"]) await put(key);

    const { Deleted = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: ODD_KEYS.map((Key) => ({ Key })) } }),
    );

    expect(Deleted.map(({ Key }) => Key).sort()).toEqual([...ODD_KEYS].sort());
    expect(await listKeys()).toEqual(["<", "other"]);
  });
});

describe("DeleteObjects with the number of no character", () => {
  it.each(["&#x110000;", "&#1114112;", "&#xd800;"])("is refused as malformed: %s", async (entity) => {
    const answer = await fetch(`${cloud.emulator.endpoint}/${Bucket}?delete`, {
      method: "POST",
      body: `<Delete><Object><Key>a${entity}</Key></Object></Delete>`,
    });

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("<Code>MalformedXML</Code>");
  });
});

describe("a listing", () => {
  it("is in the order of bytes, page by page", async () => {
    for (const key of ["b", "B", "a", "_", "é", "\u{1f600}", "\uffee"]) await put(key);
    const pages: (string | undefined)[][] = [];

    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 3, ContinuationToken }));
      pages.push((page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);

    expect(pages).toEqual([["B", "_", "a"], ["b", "é", "\uffee"], ["\u{1f600}"]]);
  });

  it("groups what is behind a delimiter", async () => {
    for (const key of ["in/a/1", "in/a/2", "in/b", "in/c/1", "out/d"]) await put(key);

    const first = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "in/", Delimiter: "/", MaxKeys: 2 }));
    const { NextContinuationToken: ContinuationToken } = first;
    const second = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: "in/", Delimiter: "/", MaxKeys: 2, ContinuationToken }),
    );

    expect([first.CommonPrefixes, first.Contents?.map(({ Key }) => Key)]).toEqual([[{ Prefix: "in/a/" }], ["in/b"]]);
    expect([second.CommonPrefixes, second.Contents]).toEqual([[{ Prefix: "in/c/" }], undefined]);
  });

  it("tells of what is put, replaced and removed after another listing", async () => {
    const sizes = async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key, Size }) => [Key, Size]);
    };
    await put("a", "1");
    const first = await sizes();
    await put("b", "1");
    const afterPut = await sizes();
    await put("a", "12");
    const afterReplacing = await sizes();
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));

    expect([first, afterPut, afterReplacing, await sizes()]).toEqual([
      [["a", 1]],
      [
        ["a", 1],
        ["b", 1],
      ],
      [
        ["a", 2],
        ["b", 1],
      ],
      [["b", 1]],
    ]);
  });

  it("agrees with the objects", async () => {
    await put("a", "hello");
    const { ETag, LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));

    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));

    expect(Contents).toEqual([{ Key: "a", ETag, LastModified, Size: 5, StorageClass: "STANDARD" }]);
  });

  it("is of a bucket that exists", async () => {
    const listing = s3.send(new ListObjectsV2Command({ Bucket: "no-such-bucket" }));

    await expect(listing).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});

describe("a conditional write", () => {
  const OTHER = `"00000000000000000000000000000000"`;

  it.each([
    ["of a new object", "new", { IfNoneMatch: "*" }, undefined],
    ["where there is an object", "old", { IfNoneMatch: "*" }, "PreconditionFailed"],
    ["of another version", "old", { IfMatch: OTHER }, "PreconditionFailed"],
    ["of a version of nothing", "new", { IfMatch: OTHER }, "NoSuchKey"],
    ["where a version is not", "old", { IfNoneMatch: OTHER }, "NotImplemented"],
  ])("answers as S3 does %s", async (_what, Key, condition, code) => {
    await put("old");
    const write = s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...condition }));

    if (code === undefined) await write;
    else await expect(write).rejects.toMatchObject({ name: code });

    expect(String(await read("old"))).toBe("body");
  });

  it("replaces the version that it names", async () => {
    const { ETag } = await put("a", "first");

    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "second", IfMatch: ETag }));

    expect(String(await read("a"))).toBe("second");
  });

  it("succeeds once, of many at the same time", async () => {
    const writes = Array.from({ length: 20 }, (_, index) => {
      return s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: String(index), IfNoneMatch: "*" }));
    });

    const results = await Promise.allSettled(writes);

    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("what the emulator does not do", () => {
  const Key = "a";
  const tags = { TagSet: [{ Key: "k", Value: "v" }] };

  it.each<[string, () => Promise<unknown>]>([
    ["PutObjectTagging", () => s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: tags }))],
    [
      "PutObject into an archive",
      () => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", StorageClass: "GLACIER" })),
    ],
    ["PutObject with an expiry", () => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", Expires: new Date(0) }))],
    ["PutObjectAcl", () => s3.send(new PutObjectAclCommand({ Bucket, Key, ACL: "private" }))],
    ["GetObject of a version", () => s3.send(new GetObjectCommand({ Bucket, Key, VersionId: "1" }))],
    ["DeleteObject on a condition", () => s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: "*" }))],
    ["GetBucketVersioning", () => s3.send(new GetBucketVersioningCommand({ Bucket }))],
    [
      "PutBucketVersioning",
      () => s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } })),
    ],
  ])("is refused: %s", async (_what, request) => {
    await put(Key);

    await expect(request()).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });

    expect(String(await read(Key))).toBe("body");
  });
});
