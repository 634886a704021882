import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type MachineState, openState } from "../../../../infra/local/state/machine-state.ts";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "bucket";

let folder: string;
let state: MachineState;
let cloud: EmulatedCloud;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
  state = openState(folder);
  cloud = await startEmulatedCloud({ state });
  await cloud.emulator.createBucket(Bucket);
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  state.close();
  await rm(folder, { recursive: true });
});

const put = (Key: string, Body: string | Buffer, condition: object = {}) =>
  cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }));

describe("a bucket that is kept on disk", () => {
  it("lets one of many conditional writes succeed", async () => {
    const writes = Array.from({ length: 20 }, (_, index) => put("a", String(index), { IfNoneMatch: "*" }));

    const results = await Promise.allSettled(writes);

    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("takes an upload in parts, once", async () => {
    await put("source", "hello");
    const upload = { Bucket, Key: "copy" };
    const { UploadId } = await cloud.s3.send(new CreateMultipartUploadCommand(upload));
    const { Uploads } = await cloud.s3.send(new ListMultipartUploadsCommand({ Bucket }));
    const part = { ...upload, UploadId, PartNumber: 1, CopySource: `${Bucket}/source` };
    const { CopyPartResult } = await cloud.s3.send(new UploadPartCopyCommand(part));

    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: CopyPartResult?.ETag }] };
    await cloud.s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));

    const { Body } = await cloud.s3.send(new GetObjectCommand(upload));
    expect([Uploads?.length, await Body?.transformToString()]).toEqual([1, "hello"]);
  });
});
