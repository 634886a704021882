import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { S3ObjectStore } from "../../runtime/store.ts";
import { ABSENT, s3Client, streamOf } from "../support/s3-answers.ts";

const HEAD = {
  ETag: '"d41d8cd98f00b204e9800998ecf8427e"',
  ContentLength: 6,
  ContentEncoding: "gzip",
  Metadata: { digest: "d", title: "=?UTF-8?Q?J=C3=BCrgen?=" },
  MissingMeta: 2,
};
const READ_HEAD = {
  eTag: "d41d8cd98f00b204e9800998ecf8427e",
  size: 6,
  contentEncoding: "gzip",
  metadata: { digest: "d", title: "=?UTF-8?Q?J=C3=BCrgen?=" },
  hiddenMetadata: 2,
};

function mockedStore() {
  const client = s3Client();
  return { s3: mockClient(client), store: new S3ObjectStore(client) };
}

describe("the store on S3", () => {
  it("tells an object's head", async () => {
    const { s3, store } = mockedStore();
    s3.on(HeadObjectCommand).resolves(HEAD);

    const head = await store.head("uploads", "a b/ü.png");

    expect(head).toEqual(READ_HEAD);
    expect(s3.commandCalls(HeadObjectCommand).map((call) => call.args[0].input)).toEqual([
      { Bucket: "uploads", Key: "a b/ü.png" },
    ]);
  });

  it("tells the head of an object without metadata and coding", async () => {
    const { s3, store } = mockedStore();
    s3.on(HeadObjectCommand).resolves({ ETag: '"e"', ContentLength: 0 });

    const head = await store.head("uploads", "cat.png");

    expect(head).toEqual({ eTag: "e", size: 0, contentEncoding: undefined, metadata: {}, hiddenMetadata: 0 });
  });

  it("opens an object with its head and gives its bytes in full", async () => {
    const { s3, store } = mockedStore();
    s3.on(GetObjectCommand).resolves({ ...HEAD, Body: streamOf(Buffer.from("abc"), Buffer.from("def")) });

    const object = await store.open("uploads", "cat.png");
    const bytes = await object?.bytes();

    expect(object).toMatchObject(READ_HEAD);
    expect(Buffer.from(bytes ?? []).toString()).toBe("abcdef");
    expect(s3.commandCalls(GetObjectCommand).map((call) => call.args[0].input)).toEqual([
      { Bucket: "uploads", Key: "cat.png" },
    ]);
  });

  it("waits for as many first bytes as tell the format, and no more", async () => {
    const { s3, store } = mockedStore();
    const chunks = Array.from({ length: 100 }, (_, index) => Buffer.alloc(10, index));
    const body = streamOf(...chunks);
    s3.on(GetObjectCommand).resolves({ ETag: '"e"', ContentLength: 1000, Body: body });

    const object = await store.open("uploads", "cat.png");

    expect(object?.firstBytes).toEqual(Buffer.concat(chunks.slice(0, 7)));
    expect(await object?.bytes()).toEqual(Buffer.concat(chunks));
  });

  it("opens an object of no bytes", async () => {
    const { s3, store } = mockedStore();
    s3.on(GetObjectCommand).resolves({ ETag: '"e"', ContentLength: 0, Body: streamOf() });

    const object = await store.open("uploads", "empty.png");

    expect([object?.size, object?.firstBytes.length, (await object?.bytes())?.length]).toEqual([0, 0, 0]);
  });

  it("closes the connection of an object that is discarded", async () => {
    const { s3, store } = mockedStore();
    const body = streamOf(Buffer.alloc(100), Buffer.alloc(100));
    s3.on(GetObjectCommand).resolves({ ETag: '"e"', ContentLength: 200, Body: body });

    const object = await store.open("uploads", "cat.png");
    object?.discard();

    expect(body).toMatchObject({ destroyed: true });
  });

  it.each([ABSENT.NotFound, ABSENT.NoSuchKey])("says that an object is gone by $name", async (absent) => {
    const { s3, store } = mockedStore();
    s3.on(HeadObjectCommand).rejects(absent).on(GetObjectCommand).rejects(absent);

    const answers = [await store.head("uploads", "cat.png"), await store.open("uploads", "cat.png")];

    expect(answers).toEqual([undefined, undefined]);
  });

  it("puts an object with its type, caching, class, tags and metadata, and nothing else", async () => {
    const { s3, store } = mockedStore();
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    const body = Buffer.from("abc");

    await store.put("outputs", "preview/cat.png/small.png", {
      body,
      contentType: "image/png",
      cacheControl: "public, max-age=60",
      storageClass: "GLACIER_IR",
      tags: { team: "web & print", "größe=": "a+b/c" },
      metadata: { digest: "d", "source-etag": "e" },
    });

    expect(s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input)).toEqual([
      {
        Bucket: "outputs",
        Key: "preview/cat.png/small.png",
        Body: body,
        ContentType: "image/png",
        CacheControl: "public, max-age=60",
        StorageClass: "GLACIER_IR",
        Tagging: "team=web+%26+print&gr%C3%B6%C3%9Fe%3D=a%2Bb%2Fc",
        Metadata: { digest: "d", "source-etag": "e" },
      },
    ]);
  });

  it("sends no header for caching and tags of which there are none", async () => {
    const { s3, store } = mockedStore();
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });

    await store.put("outputs", "a.png", {
      body: Buffer.from("abc"),
      contentType: "image/png",
      cacheControl: "",
      storageClass: "STANDARD",
      tags: {},
      metadata: {},
    });

    expect(Object.keys(s3.commandCalls(PutObjectCommand)[0]?.args[0].input ?? {})).toEqual([
      ...["Bucket", "Key", "Body", "ContentType", "StorageClass", "Metadata"],
    ]);
  });

  it("removes objects of any key, each by its own call", async () => {
    const { s3, store } = mockedStore();
    s3.on(DeleteObjectCommand).resolves({});

    await store.remove("outputs", ["a.png", "b/ü\u0001.png"]);

    expect(s3.commandCalls(DeleteObjectCommand).map((call) => call.args[0].input)).toEqual([
      { Bucket: "outputs", Key: "a.png" },
      { Bucket: "outputs", Key: "b/ü\u0001.png" },
    ]);
  });

  it("removes nothing without a call", async () => {
    const { s3, store } = mockedStore();

    await store.remove("outputs", []);

    expect(s3.calls()).toEqual([]);
  });
});
