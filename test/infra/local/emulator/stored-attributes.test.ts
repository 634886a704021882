import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openState } from "../../../../infra/local/state/machine-state.ts";
import { allow, type GuardedCloud, startGuardedCloud } from "../iam/guarded-cloud.ts";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "outputs";

let cloud: EmulatedCloud;

beforeEach(async () => {
  cloud = await startEmulatedCloud();
  await cloud.emulator.createBucket(Bucket);
});
afterEach(() => cloud[Symbol.asyncDispose]());

const put = (Key: string, others: Partial<PutObjectCommandInput>) =>
  cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello", ...others }));

/** The storage class as each way to look tells it, and the tags. */
async function attributesOf(Key: string, { s3 } = cloud) {
  const { StorageClass: got } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const { StorageClass: headed } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return {
    classes: [got, headed, Contents[0]?.StorageClass],
    tags: TagSet.map((tag) => `${tag.Key}=${tag.Value}`),
  };
}

describe("an object's storage class and tags", () => {
  it("are those with which it was put", async () => {
    await put("a", { StorageClass: "INTELLIGENT_TIERING", Tagging: "owner=web%20team&a=%2B&empty=" });
    await put("b", {});

    const classes = ["INTELLIGENT_TIERING", "INTELLIGENT_TIERING", "INTELLIGENT_TIERING"];
    expect(await attributesOf("a")).toEqual({ classes, tags: ["owner=web team", "a=+", "empty="] });
    expect(await attributesOf("b")).toEqual({ classes: [undefined, undefined, "STANDARD"], tags: [] });
  });

  it("are gone when another object takes the key", async () => {
    await put("a", { StorageClass: "STANDARD_IA", Tagging: "a=b" });

    await put("a", {});

    expect(await attributesOf("a")).toEqual({ classes: [undefined, undefined, "STANDARD"], tags: [] });
  });

  it("are said when an upload in parts begins", async () => {
    const upload = { Bucket, Key: "a" };
    const { UploadId } = await cloud.s3.send(
      new CreateMultipartUploadCommand({ ...upload, StorageClass: "GLACIER_IR", Tagging: "a=b" }),
    );
    const { ETag } = await cloud.s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "x" }));

    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await cloud.s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));

    expect(await attributesOf("a")).toEqual({ classes: ["GLACIER_IR", "GLACIER_IR", "GLACIER_IR"], tags: ["a=b"] });
  });

  it("are copied as S3 copies them: tags unless others are given, the storage class never", async () => {
    await put("a", { StorageClass: "STANDARD_IA", Tagging: "a=b" });
    const copy = { Bucket, CopySource: `${Bucket}/a` };

    await cloud.s3.send(new CopyObjectCommand({ ...copy, Key: "b", Tagging: "c=d" }));
    await cloud.s3.send(new CopyObjectCommand({ ...copy, Key: "c", Tagging: "c=d", TaggingDirective: "REPLACE" }));
    await cloud.s3.send(new CopyObjectCommand({ ...copy, Key: "a", StorageClass: "GLACIER_IR" }));

    expect([await attributesOf("b"), await attributesOf("c")]).toEqual([
      { classes: [undefined, undefined, "STANDARD"], tags: ["a=b"] },
      { classes: [undefined, undefined, "STANDARD"], tags: ["c=d"] },
    ]);
    expect((await attributesOf("a")).classes).toEqual(["GLACIER_IR", "GLACIER_IR", "GLACIER_IR"]);
  });

  it.each<[string, Partial<PutObjectCommandInput>, string]>([
    ["an unknown class", { StorageClass: "COLD" as "GLACIER" }, "InvalidStorageClass"],
    ["eleven tags", { Tagging: Array.from({ length: 11 }, (_, index) => `${index}=x`).join("&") }, "BadRequest"],
    ["two tags of a key", { Tagging: "a=b&a=c" }, "InvalidTag"],
    ["a tag without a key", { Tagging: "=b" }, "InvalidTag"],
    ["a tag of AWS", { Tagging: "aws:a=b" }, "InvalidTag"],
    ["a long key", { Tagging: `${"a".repeat(129)}=b` }, "InvalidTag"],
    ["a long value", { Tagging: `a=${"b".repeat(257)}` }, "InvalidTag"],
    ["a character that tags don't have", { Tagging: "a=%3C" }, "InvalidTag"],
  ])("are refused: %s", async (_, others, code) => {
    await expect(put("a", others)).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: 400 } });
  });

  it("are kept between runs", async () => {
    const folder = await mkdtemp(join(tmpdir(), "state-"));
    const run = async <Result>(act: (kept: EmulatedCloud) => Promise<Result>) => {
      const state = openState(folder);
      const kept = await startEmulatedCloud({ state });
      await kept.emulator.createBucket(Bucket);
      const result = await act(kept);
      await kept[Symbol.asyncDispose]();
      state.close();
      return result;
    };
    const stored = { Bucket, Key: "a", Body: "x", StorageClass: "ONEZONE_IA", Tagging: "a=b c" } as const;

    await run(({ s3 }) => s3.send(new PutObjectCommand(stored)));
    const found = await run((kept) => attributesOf("a", kept));

    expect(found).toEqual({ classes: ["ONEZONE_IA", "ONEZONE_IA", "ONEZONE_IA"], tags: ["a=b c"] });
    await rm(folder, { recursive: true });
  });
});

describe("tags", () => {
  it("take a permission of their own", async () => {
    await using guarded: GuardedCloud = await startGuardedCloud();
    await guarded.emulator.createBucket(Bucket);
    const object = `arn:aws:s3:::${Bucket}/a`;
    const tagged = new PutObjectCommand({ Bucket, Key: "a", Body: "x", Tagging: "a=b" });

    const mayNot = guarded.asRole(allow("s3:PutObject", object));
    await expect(mayNot.s3.send(tagged)).rejects.toMatchObject({ name: "AccessDenied" });

    const may = guarded.asRole(allow(["s3:PutObject", "s3:PutObjectTagging"], object));
    await expect(may.s3.send(tagged)).resolves.toBeDefined();
  });
});
