import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHECKSUMS } from "../../../../infra/local/emulator/checksums.ts";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "bucket";

let cloud: EmulatedCloud;

beforeAll(async () => {
  cloud = await startEmulatedCloud();
  await cloud.emulator.createBucket(Bucket);
});
afterAll(() => cloud[Symbol.asyncDispose]());

const put = (headers: Record<string, string>, body = "hello") =>
  fetch(`${cloud.emulator.endpoint}/${Bucket}/a`, { method: "PUT", headers, body });
/** The code of the error that an answer has. */
const codeOf = async (answer: Response) => /<Code>(\w+)</.exec(await answer.text())?.[1];
const digest = (algorithm: string, encoding: "hex" | "base64") =>
  createHash(algorithm).update("hello").digest(encoding);

describe("a checksum", () => {
  // Of "123456789", by https://reveng.sourceforge.io/crc-catalogue/all.htm.
  it.each([
    ["crc32", "cbf43926"],
    ["crc32c", "e3069283"],
    ["crc64nvme", "ae8b14860a799888"],
  ])("is %s's", (name, expected) => {
    const checksum = CHECKSUMS[name]?.(Buffer.from("123456789")) ?? "";

    expect(Buffer.from(checksum, "base64").toString("hex")).toBe(expected);
  });
});

describe("a body", () => {
  it.each<[string, Record<string, string>]>([
    ["MD5", { "content-md5": digest("md5", "base64") }],
    ["SHA-256 of the signature", { "x-amz-content-sha256": digest("sha256", "hex") }],
    ["SHA-1", { "x-amz-checksum-sha1": digest("sha1", "base64") }],
    ["SHA-256", { "x-amz-checksum-sha256": digest("sha256", "base64") }],
    ["CRC64NVME", { "x-amz-checksum-crc64nvme": CHECKSUMS.crc64nvme?.(Buffer.from("hello")) ?? "" }],
    ["unsigned", { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }],
  ])("is taken if it is what its headers say: %s", async (_what, headers) => {
    expect((await put(headers)).status).toBe(200);
  });

  it.each<[string, Record<string, string>, string]>([
    ["MD5", { "content-md5": digest("md5", "base64") }, "BadDigest"],
    ["no MD5", { "content-md5": "aGVsbG8=" }, "InvalidDigest"],
    ["SHA-256 of the signature", { "x-amz-content-sha256": digest("sha256", "hex") }, "XAmzContentSHA256Mismatch"],
    ["CRC32", { "x-amz-checksum-crc32": "NhCmhg==" }, "BadDigest"],
    ["CRC32C", { "x-amz-checksum-crc32c": "NhCmhg==" }, "BadDigest"],
    ["SHA-256", { "x-amz-checksum-sha256": digest("sha256", "base64") }, "BadDigest"],
  ])("is refused if it is not: %s", async (_what, headers, code) => {
    const answer = await put(headers, "other");

    expect([answer.status, await codeOf(answer)]).toEqual([400, code]);
  });

  it("comes in chunks with a checksum behind them, and is stored without", async () => {
    const Body = Readable.from(["hello ", "world"]);
    await cloud.s3.send(
      new PutObjectCommand({ Bucket, Key: "chunks", Body, ContentLength: 11, ContentEncoding: "br" }),
    );

    const stored = await cloud.s3.send(new GetObjectCommand({ Bucket, Key: "chunks" }));

    expect([await stored.Body?.transformToString(), stored.ContentEncoding]).toEqual(["hello world", "br"]);
  });

  it.each<[string, string, Record<string, string>, string]>([
    ["is cut off", "5\r\nhel", {}, "IncompleteBody"],
    ["has no last chunk", "5\r\nhello\r\n", {}, "IncompleteBody"],
    ["has another length", "5\r\nhello\r\n0\r\n\r\n", { "x-amz-decoded-content-length": "6" }, "IncompleteBody"],
    [
      "has another checksum",
      "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      { "x-amz-trailer": "x-amz-checksum-crc32" },
      "BadDigest",
    ],
    [
      "lacks its checksum",
      "5\r\nhello\r\n0\r\n\r\n",
      { "x-amz-trailer": "x-amz-checksum-crc32" },
      "MalformedTrailerError",
    ],
  ])("in chunks is refused if it %s", async (_what, body, headers, code) => {
    expect(await codeOf(await put({ ...headers, "content-encoding": "aws-chunked" }, body))).toBe(code);
  });
});

describe("metadata", () => {
  it("beyond ASCII comes back in mail-safe form, as S3 gives it", async () => {
    const UTF8_AS_LATIN1 = Buffer.from("été 日本").toString("latin1");

    await put({ "x-amz-meta-title": UTF8_AS_LATIN1, "x-amz-meta-encoded": "=?UTF-8?B?w6k=?=" });

    const { Metadata = {} } = await cloud.s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    const [, base64 = ""] = /^=\?UTF-8\?B\?(.*)\?=$/.exec(Metadata.title ?? "") ?? [];
    expect(Buffer.from(base64, "base64").toString()).toBe("été 日本");
    expect(Metadata.encoded).toBe("=?UTF-8?B?w6k=?=");
  });

  it("has at most 2 KB", async () => {
    expect(await codeOf(await put({ "x-amz-meta-a": "x".repeat(2048) }))).toBe("MetadataTooLarge");
    expect((await put({ "x-amz-meta-a": "x".repeat(2047) })).status).toBe(200);
  });
});
