import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const MEBIBYTE = 1024 ** 2;
const Key = "large é.jpg";

let cloud: EmulatedCloud;
let s3: S3Client;
let count = 0;
/** A bucket of its own for each test. */
let Bucket: string;
let UploadId: string;

beforeAll(async () => {
  cloud = await startEmulatedCloud();
  s3 = cloud.s3;
});
afterAll(() => cloud[Symbol.asyncDispose]());
beforeEach(async () => {
  count += 1;
  Bucket = `bucket-${count}`;
  await cloud.emulator.createBucket(Bucket);
  ({ UploadId = "" } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key })));
});

const upload = async (PartNumber: number, size: number) => {
  const Body = Buffer.alloc(size, PartNumber);
  const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
};
const complete = (Parts: { PartNumber: number; ETag: string | undefined }[], other: object = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...other }));
const sizeOf = async () => (await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength;

describe("a multipart upload", () => {
  it("may be of 200 MB", { timeout: 60_000 }, async () => {
    const parts = [];
    for (let number = 1; number <= 25; number += 1) parts.push(await upload(number, 8 * MEBIBYTE));

    await complete(parts);

    expect(await sizeOf()).toBe(200 * MEBIBYTE);
  });

  it("is listed with its parts until it is completed", async () => {
    const parts = [await upload(1, 5 * MEBIBYTE), await upload(3, 7)];

    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    const { NextPartNumberMarker, IsTruncated } = await s3.send(
      new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 1 }),
    );
    await complete(parts);
    const { Uploads: left } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));

    expect(Uploads.map((item) => [item.Key, item.UploadId])).toEqual([[Key, UploadId]]);
    expect(Parts.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag])).toEqual([
      [1, 5 * MEBIBYTE, parts[0]?.ETag],
      [3, 7, parts[1]?.ETag],
    ]);
    expect([NextPartNumberMarker, IsTruncated, left]).toEqual(["1", true, undefined]);
  });

  it("is gone when it is aborted, and leaves nothing in the bucket", async () => {
    await upload(1, 1);

    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));

    await expect(upload(2, 1)).rejects.toMatchObject({ name: "NoSuchUpload" });
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  it("takes parts of other objects", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "é +.bin", Body: Buffer.alloc(6 * MEBIBYTE) }));
    const CopySource = encodeURIComponent(`${Bucket}/é +.bin`);
    const part = { Bucket, Key, UploadId, CopySource };

    const whole = await s3.send(new UploadPartCopyCommand({ ...part, PartNumber: 1 }));
    const range = await s3.send(new UploadPartCopyCommand({ ...part, PartNumber: 2, CopySourceRange: "bytes=10-19" }));
    await complete([
      { PartNumber: 1, ETag: whole.CopyPartResult?.ETag },
      { PartNumber: 2, ETag: range.CopyPartResult?.ETag },
    ]);

    expect(await sizeOf()).toBe(6 * MEBIBYTE + 10);
  });

  it("replaces a part that comes twice", async () => {
    const first = await upload(1, 5 * MEBIBYTE);
    const second = await upload(1, 3);

    await expect(complete([first])).rejects.toMatchObject({ name: "InvalidPart" });
    await complete([second]);

    expect(await sizeOf()).toBe(3);
  });

  it("is refused if a part that is not the last is smaller than 5 MiB", async () => {
    const parts = [await upload(1, 5 * MEBIBYTE - 1), await upload(2, 1)];

    await expect(complete(parts)).rejects.toMatchObject({ name: "EntityTooSmall" });
  });

  it("is refused if its parts are out of order", async () => {
    const parts = [await upload(2, 5 * MEBIBYTE), await upload(1, 5 * MEBIBYTE)];

    await expect(complete(parts)).rejects.toMatchObject({ name: "InvalidPartOrder" });
  });

  it("is refused without parts, with unknown ones, and with another size than announced", async () => {
    const part = await upload(1, 2);

    await expect(complete([])).rejects.toMatchObject({ name: "MalformedXML" });
    await expect(complete([{ ...part, PartNumber: 2 }])).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(complete([part], { MpuObjectSize: 3 })).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(sizeOf()).rejects.toMatchObject({ name: "NotFound" });
  });

  it("is of one key", async () => {
    const part = await upload(1, 2);

    await expect(complete([part], { Key: "other" })).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  it.each([0, 10_001])("has no part %i", async (partNumber) => {
    await expect(upload(partNumber, 1)).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});
