import { get } from "node:http";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { allow, failureOf, type GuardedCloud, refused, SESSION_OF_ROLE, startGuardedCloud } from "./guarded-cloud.ts";

const Bucket = "bucket";
const BUCKET = "arn:aws:s3:::bucket";

/** A bucket with the objects `mine/a` and `yours/b`. */
async function startWithObjects(): Promise<GuardedCloud> {
  const cloud = await startGuardedCloud();
  await cloud.emulator.createBucket(Bucket);
  for (const Key of ["mine/a", "yours/b"]) await cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return cloud;
}

describe("a request to S3", () => {
  it("does what its function's role allows, and is refused with AWS's answer for the rest", async () => {
    await using cloud = await startWithObjects();
    const { s3 } = cloud.asRole(allow(["s3:GetObject", "s3:PutObject"], `${BUCKET}/mine/*`));

    const stored = await s3.send(new GetObjectCommand({ Bucket, Key: "mine/a" }));
    const failure = await failureOf(s3.send(new PutObjectCommand({ Bucket, Key: "yours/b", Body: "x" })));

    expect(await stored.Body?.transformToString()).toBe("mine/a");
    expect(failure).toEqual({
      status: 403,
      name: "AccessDenied",
      message: refused("s3:PutObject", `${BUCKET}/yours/b`),
    });
    const untouched = await cloud.s3.send(new GetObjectCommand({ Bucket, Key: "yours/b" }));
    expect(await untouched.Body?.transformToString()).toBe("yours/b");
  });

  it.each<[string, object[], number]>([
    ["403 without permission to list", [], 403],
    [
      "403 with permission to list other keys",
      [allow("s3:ListBucket", BUCKET, { StringLike: { "s3:prefix": "yours/*" } })],
      403,
    ],
    [
      "404 with permission to list it",
      [allow("s3:ListBucket", BUCKET, { StringLike: { "s3:prefix": "mine/*" } })],
      404,
    ],
    ["404 with permission to list all", [allow("s3:ListBucket", BUCKET)], 404],
  ])("that reads a missing key is answered with %s", async (_, listing, status) => {
    await using cloud = await startWithObjects();
    const { s3 } = cloud.asRole(allow("s3:GetObject", `${BUCKET}/*`), ...listing);

    const place = { Bucket, Key: "mine/none" };
    const answers = [s3.send(new GetObjectCommand(place)), s3.send(new HeadObjectCommand(place))];
    const statuses = await Promise.all(answers.map(async (answer) => (await failureOf(answer))?.status));

    expect(statuses).toEqual([status, status]);
  });

  type Call = (s3: S3Client) => Promise<unknown>;
  it.each<[string, Call, string, string]>([
    [
      "lists under a prefix",
      (s3) => s3.send(new ListObjectsV2Command({ Bucket, Prefix: "yours/" })),
      "s3:ListBucket",
      BUCKET,
    ],
    ["lists all", (s3) => s3.send(new ListObjectsV2Command({ Bucket })), "s3:ListBucket", BUCKET],
    ["lists buckets", (s3) => s3.send(new ListBucketsCommand()), "s3:ListAllMyBuckets", "*"],
    [
      "removes",
      (s3) => s3.send(new DeleteObjectCommand({ Bucket, Key: "mine/a" })),
      "s3:DeleteObject",
      `${BUCKET}/mine/a`,
    ],
    [
      "copies what may not be read",
      (s3) => s3.send(new CopyObjectCommand({ Bucket, Key: "mine/copy", CopySource: "bucket/yours/b" })),
      "s3:GetObject",
      `${BUCKET}/yours/b`,
    ],
    [
      "copies to where may not be written",
      (s3) => s3.send(new CopyObjectCommand({ Bucket, Key: "yours/copy", CopySource: "bucket/mine/a" })),
      "s3:PutObject",
      `${BUCKET}/yours/copy`,
    ],
    [
      "begins an upload in parts",
      (s3) => s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "yours/parts" })),
      "s3:PutObject",
      `${BUCKET}/yours/parts`,
    ],
    [
      "gives up an upload in parts",
      (s3) => s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "mine/parts", UploadId: "1" })),
      "s3:AbortMultipartUpload",
      `${BUCKET}/mine/parts`,
    ],
  ])("that %s needs a permission", async (_, call, action, resource) => {
    await using cloud = await startWithObjects();
    const { s3 } = cloud.asRole(
      allow(["s3:GetObject", "s3:PutObject"], `${BUCKET}/mine/*`),
      allow("s3:ListBucket", BUCKET, { StringLike: { "s3:prefix": "mine/*" } }),
    );

    expect(await failureOf(call(s3))).toEqual({
      status: 403,
      name: "AccessDenied",
      message: refused(action, resource),
    });
  });

  it("removes several objects but those that its role may not, and names these", async () => {
    await using cloud = await startWithObjects();
    const { s3 } = cloud.asRole(allow("s3:DeleteObject", `${BUCKET}/mine/*`));
    const keys = ["mine/a", "yours/b", "yours/&amp;"];
    await cloud.s3.send(new PutObjectCommand({ Bucket, Key: "yours/&amp;", Body: "x" }));

    const answer = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );

    const { Contents = [] } = await cloud.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(answer.Deleted).toEqual([{ Key: "mine/a" }]);
    expect(answer.Errors).toEqual(
      ["yours/b", "yours/&amp;"].map((Key) => ({
        Key,
        Code: "AccessDenied",
        Message: refused("s3:DeleteObject", `${BUCKET}/${Key}`),
      })),
    );
    expect(Contents.map(({ Key }) => Key)).toEqual(["yours/&amp;", "yours/b"]);
  });

  it("is refused without any credentials, and with those of a presigned address of another's key", async () => {
    await using cloud = await startWithObjects();
    cloud.asRole(allow("s3:GetObject", `${BUCKET}/mine/*`));
    const { accessKeyId } = cloud.access.takeRole(SESSION_OF_ROLE);
    const presigned = new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `${accessKeyId}/20261130/us-east-1/s3/aws4_request`,
      "X-Amz-Date": new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "0",
    });
    const statusOf = async (path: string) => (await fetch(`${cloud.emulator.endpoint}/bucket/${path}`)).status;

    const statuses = [
      await statusOf("mine/a"),
      await statusOf(`mine/a?${presigned}`),
      await statusOf(`yours/b?${presigned}`),
    ];

    expect(statuses).toEqual([403, 200, 403]);
  });

  it.each<[string, (own: string) => Record<string, string>, number]>([
    ["of a page elsewhere", () => ({ "sec-fetch-site": "cross-site" }), 403],
    ["of another origin", () => ({ origin: "https://example.com" }), 403],
    ["of another port", () => ({ origin: "http://127.0.0.1:1" }), 403],
    ["of no origin", () => ({ origin: "null" }), 403],
    ["of an address that was typed in", () => ({ "sec-fetch-site": "none" }), 200],
    ["of a page from here", (own) => ({ "sec-fetch-site": "same-origin", origin: own }), 200],
  ])("%s is answered with what it may", async (_, headersOf, status) => {
    await using cloud = await startWithObjects();
    const { endpoint } = cloud.emulator;
    const expires = Math.floor(Date.now() / 1000) + 60;

    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    // `fetch` keeps some headers to itself.
    get(
      `${endpoint}/bucket/mine/a?AWSAccessKeyId=local&Signature=0&Expires=${expires}`,
      { headers: headersOf(endpoint) },
      (response) => resolve(response.resume().statusCode),
    ).on("error", reject);

    expect(await promise).toBe(status);
  });

  it("is allowed to the owner but for what the bucket's own policy denies", async () => {
    await using cloud = await startWithObjects();
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${BUCKET}/yours/*` };
    cloud.access.putResourcePolicy(BUCKET, JSON.stringify({ Statement: deny }));

    await cloud.s3.send(new HeadBucketCommand({ Bucket }));
    const failure = await failureOf(cloud.s3.send(new GetObjectCommand({ Bucket, Key: "yours/b" })));

    expect(failure).toEqual({
      status: 403,
      name: "AccessDenied",
      message: `User: arn:aws:iam::000000000000:root is not authorized to perform: s3:GetObject on resource: "${BUCKET}/yours/b" with an explicit deny in a resource-based policy`,
    });
  });
});
