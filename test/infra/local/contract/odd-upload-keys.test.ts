import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchResults } from "../../../../infra/local/results.ts";
import { fixture } from "../../../support/fixtures.ts";
import { deployCopy, type LocalStack } from "../../../support/local-stack.ts";

/*
 * "You can use any UTF-8 character in an object key name", and some need care:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
const KEYS = [
  "a/b/été 2026 + cat (1).png",
  // The same letters, each accent a character of its own: another key.
  "a/b/e\u0301te\u0301 2026 + cat (1).png",
  "100%25/a%20b.png",
  "double//slash.png",
  "/leading.png",
  "../up/../../x.png",
  `what?#&;=@,"'<>!.png`,
  "日本/猫 🐈.png",
  // With the longest addition that outputs make: `pixelate/` and `/64x64.png`.
  `${"k".repeat(1024 - "pixelate//64x64.png".length - 14)}.png`,
];
const OUTPUTS = [
  ["pixelate", ["8x8", "16x16", "32x32", "48x48", "64x64"]],
  ["resize", ["fit"]],
  ["rotate", ["clockwise", "counterclockwise"]],
  ["thumbnail", ["small"]],
] as const;

let local: LocalStack;
let s3: S3Client;

beforeAll(async () => {
  local = await deployCopy();
  s3 = new S3Client({ ...local.stack.machine.clientSettings, forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await local[Symbol.asyncDispose]();
});

/** Does something with every upload, and gives what all workers said of it, once each. */
async function endsOf(act: (key: string) => Promise<unknown>): Promise<Set<string>> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ends = new Set<string>();
  const stop = await watchResults(local.stack, ({ key, worker, ...end }) => {
    ends.add(`${end.status === "published" ? end.result.status : end.code} ${worker} ${key}`);
    if (ends.size === KEYS.length * OUTPUTS.length) resolve();
  });
  for (const key of KEYS) await act(key);
  await promise;
  await stop();
  return ends;
}

async function outputKeys(): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: local.stack.outputsBucket }));
  return Contents.map(({ Key = "" }) => Key).sort();
}

const everyWorker = (status: string) =>
  new Set(KEYS.flatMap((key) => OUTPUTS.map(([worker]) => `${status} ${worker} ${key}`)));

describe("an upload of any key", () => {
  it("has outputs under keys that contain exactly its own, and takes them with it", async () => {
    const Bucket = local.stack.uploadsBucket;
    const Body = await fixture("png");

    const made = await endsOf((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body })));
    const outputs = await outputKeys();
    const removed = await endsOf((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key })));

    expect(made).toEqual(everyWorker("done"));
    expect(outputs).toEqual(
      KEYS.flatMap((key) =>
        OUTPUTS.flatMap(([worker, variants]) => variants.map((variant) => `${worker}/${key}/${variant}.png`)),
      ).sort(),
    );
    expect(removed).toEqual(everyWorker("removed"));
    expect(await outputKeys()).toEqual([]);
  });
});
