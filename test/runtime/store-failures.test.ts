import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { type NewObject, S3ObjectStore } from "../../runtime/store.ts";
import { ABSENT, brokenStreamOf, s3Client, s3Failure, streamOf } from "../support/s3-answers.ts";

const OBJECT: NewObject = {
  body: Buffer.from("abc"),
  contentType: "image/png",
  cacheControl: "",
  storageClass: "STANDARD",
  tags: {},
  metadata: {},
};

const FAILURES: [failure: Error, received: string][] = [
  [s3Failure("AccessDenied", 403, "Access Denied"), "AccessDenied: Access Denied"],
  [
    s3Failure("InternalError", 500, "We encountered an internal error."),
    "InternalError: We encountered an internal error.",
  ],
  [s3Failure("SlowDown", 503, "Please reduce your request rate."), "SlowDown: Please reduce your request rate."],
  [s3Failure("ThrottlingException", 429, "Rate exceeded"), "ThrottlingException: Rate exceeded"],
  [ABSENT.NoSuchBucket, "NoSuchBucket: The specified bucket does not exist"],
  [new Error("socket hang up"), "socket hang up"],
];

const CALLS: [action: string, call: (store: S3ObjectStore) => Promise<unknown>, named: string][] = [
  ["head", (store) => store.head("uploads", "cat.png"), "cat.png in bucket uploads"],
  ["get", (store) => store.open("uploads", "cat.png"), "cat.png in bucket uploads"],
  ["put", (store) => store.put("outputs", "small.png", OBJECT), "small.png in bucket outputs"],
  ["delete", (store) => store.remove("outputs", ["a.png", "b.png"]), "a.png in bucket outputs"],
];

function mockedStore() {
  const client = s3Client();
  return { s3: mockClient(client), store: new S3ObjectStore(client) };
}

describe("the store on S3", () => {
  it.each(
    CALLS.flatMap(([action, call, named]) =>
      FAILURES.map(([failure, received]) => ({ action, call, named, failure, received })),
    ),
  )("fails to $action when S3 answers $received", async ({ action, call, named, failure, received }) => {
    const { s3, store } = mockedStore();
    s3.onAnyCommand().rejects(failure);

    const calling = call(store);

    await expect(calling).rejects.toMatchObject({
      code: "STORE_FAILED",
      retryable: true,
      message: `Expected to ${action} ${named}, received ${received}`,
      cause: failure,
    });
  });

  it("fails to put and delete where a 404 can't mean that an object is gone", async () => {
    const { s3, store } = mockedStore();
    s3.onAnyCommand().rejects(ABSENT.NotFound);

    const calls = await Promise.allSettled([store.put("outputs", "a.png", OBJECT), store.remove("outputs", ["a.png"])]);

    expect(calls).toMatchObject([{ reason: { code: "STORE_FAILED" } }, { reason: { code: "STORE_FAILED" } }]);
  });

  it.each([299, 301])("fails to get the bytes of an object that come to %d instead of 300", async (bytes) => {
    const { s3, store } = mockedStore();
    s3.on(GetObjectCommand).resolves({ ETag: '"e"', ContentLength: 300, Body: streamOf(Buffer.alloc(bytes)) });

    const object = await store.open("uploads", "cat.png");

    await expect(object?.bytes()).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: `Expected to get cat.png in bucket uploads, received Expected 300 bytes, received ${bytes}.`,
    });
  });

  it("fails to get the bytes of an object whose connection breaks", async () => {
    const { s3, store } = mockedStore();
    s3.on(GetObjectCommand).resolves({ ETag: '"e"', ContentLength: 300, Body: brokenStreamOf(Buffer.alloc(100)) });

    const object = await store.open("uploads", "cat.png");

    await expect(object?.bytes()).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: "Expected to get cat.png in bucket uploads, received aborted",
    });
  });

  it("fails to open an object whose connection breaks at once", async () => {
    const { s3, store } = mockedStore();
    s3.on(GetObjectCommand).resolves({ ETag: '"e"', ContentLength: 300, Body: brokenStreamOf() });

    await expect(store.open("uploads", "cat.png")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: "Expected to get cat.png in bucket uploads, received aborted",
    });
  });

  it.each([{ ContentLength: 1 }, { ETag: '"e"' }])("fails for an answer that says too little: %j", async (answer) => {
    const { s3, store } = mockedStore();
    s3.on(HeadObjectCommand).resolves(answer);

    await expect(store.head("uploads", "cat.png")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message:
        "Expected to head cat.png in bucket uploads, received Expected an answer with ETag and Content-Length, received one without.",
    });
  });

  it("fails to delete when one object of several stays", async () => {
    const { s3, store } = mockedStore();
    s3.on(DeleteObjectCommand).resolves({});
    s3.on(DeleteObjectCommand, { Key: "b.png" }).rejects(s3Failure("AccessDenied", 403, "Access Denied"));

    await expect(store.remove("outputs", ["a.png", "b.png", "c.png"])).rejects.toMatchObject({
      code: "STORE_FAILED",
      retryable: true,
      message: "Expected to delete b.png in bucket outputs, received AccessDenied: Access Denied",
    });
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(3);
  });

  it("puts once, and leaves trying again to the queue", async () => {
    const { s3, store } = mockedStore();
    s3.on(PutObjectCommand).rejects(s3Failure("SlowDown", 503, "Please reduce your request rate."));

    await store.put("outputs", "a.png", OBJECT).catch(() => {});

    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  });
});
