import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FileReport, processFiles } from "../../../infra/local/process-files.ts";
import { type KeyResult, watchResults } from "../../../infra/local/results.ts";
import { cornersOf, type FixtureName, fixture } from "../../support/fixtures.ts";
import { deployCopy, type LocalStack } from "../../support/local-stack.ts";

let local: LocalStack;
let s3: S3Client;
let folder: string;

beforeAll(async () => {
  local = await deployCopy();
  s3 = new S3Client({ ...local.stack.machine.clientSettings, forcePathStyle: true });
});
afterAll(() => local[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function processFixtures(files: Record<string, FixtureName>): Promise<string[]> {
  const paths = [];
  for (const [name, of] of Object.entries(files)) {
    paths.push(join(folder, name));
    await writeFile(join(folder, name), await fixture(of));
  }
  const reports = await processFiles(local.stack, paths, {
    out: join(folder, "out"),
    onReport: () => {},
    onWaiting: () => {},
  });
  return reports.map(inOneLine).sort();
}

function inOneLine({ file, worker, status, outputs, code }: FileReport): string {
  return [file.slice(folder.length + 1), worker, status, code ?? outputs.map(({ variant }) => variant).join(" ")].join(
    " ",
  );
}

const openOutput = (key: string) => readFile(join(folder, "out", key));

describe("the machine", () => {
  it("gives every worker's outputs of a photo under the keys that anyone can compute", async () => {
    const reports = await processFixtures({ "photo.jpg": "jpeg-orientation-6" });

    const thumbnail = await openOutput("thumbnail/photo.jpg/small.jpg");
    expect(reports).toEqual([
      "photo.jpg pixelate done 8x8 16x16 32x32 48x48 64x64",
      "photo.jpg resize done fit",
      "photo.jpg rotate done clockwise counterclockwise",
      "photo.jpg thumbnail done small",
    ]);
    expect(await cornersOf(thumbnail)).toEqual(["red", "green", "blue", "yellow"]);
  });

  it("turns every frame of an animation", async () => {
    await processFixtures({ "dance.gif": "gif-animated" });

    const source = await sharp(await fixture("gif-animated"), { animated: true }).metadata();
    const turned = await sharp(await openOutput("rotate/dance.gif/clockwise.gif"), { animated: true }).metadata();
    expect(turned).toMatchObject({
      width: source.pageHeight,
      pageHeight: source.width,
      pages: source.pages,
      delay: source.delay,
      loop: source.loop,
    });
  });

  it("names why there are no outputs, for every file and worker", async () => {
    const reports = await processFixtures({
      "broken.jpg": "jpeg-truncated",
      "bomb.png": "png-bomb",
      "notes.jpg": "text",
      "drawing.svg": "svg",
      "empty.gif": "empty",
    });

    const workers = ["pixelate", "resize", "rotate", "thumbnail"];
    expect(reports).toEqual(
      [
        ["bomb.png", "failed SOURCE_TOO_MANY_PIXELS"],
        ["broken.jpg", "failed SOURCE_CORRUPT"],
        ["drawing.svg", "skipped FILTERED_OUT"],
        ["empty.gif", "skipped EMPTY_OBJECT"],
        ["notes.jpg", "skipped TYPE_NOT_ACCEPTED"],
      ].flatMap(([file, end]) => workers.map((worker) => `${file} ${worker} ${end}`)),
    );
  });

  it("keeps odd keys as they are, and removes an upload's outputs with it", async () => {
    const key = "été 2026/a+b (1) %20.png";
    const ends = await endsOf(key, async () => {
      await s3.send(new PutObjectCommand({ Bucket: local.stack.uploadsBucket, Key: key, Body: await fixture("png") }));
    });
    const stored = await outputKeys(key);
    const removals = await endsOf(key, () =>
      s3.send(new DeleteObjectCommand({ Bucket: local.stack.uploadsBucket, Key: key })),
    );

    expect(ends).toEqual(["done", "done", "done", "done"]);
    expect(stored).toContain(`pixelate/${key}/8x8.png`);
    expect(stored).toHaveLength(9);
    expect(removals).toEqual(["removed", "removed", "removed", "removed"]);
    expect(await outputKeys(key)).toEqual([]);
  });

  it("goes on to tell of results after a message on their topic that is none", async () => {
    const { machine, resultsTopicArn, uploadsBucket } = local.stack;
    const sns = new SNSClient(machine.clientSettings);

    const ends = await endsOf("after.png", async () => {
      await sns.send(new PublishCommand({ TopicArn: resultsTopicArn, Message: "hello" }));
      await s3.send(new PutObjectCommand({ Bucket: uploadsBucket, Key: "after.png", Body: await fixture("png") }));
    });

    sns.destroy();
    expect(ends).toEqual(["done", "done", "done", "done"]);
  });

  it("stores outputs with their type, caching, and what they were made of", async () => {
    await processFixtures({ "photo.webp": "webp" });

    const { ContentType, CacheControl, Metadata } = await s3.send(
      new HeadObjectCommand({ Bucket: local.stack.outputsBucket, Key: "thumbnail/photo.webp/small.webp" }),
    );
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: local.stack.uploadsBucket, Key: "photo.webp" }));
    expect({ ContentType, CacheControl, Metadata }).toEqual({
      ContentType: "image/webp",
      CacheControl: expect.stringContaining("max-age"),
      Metadata: {
        "source-etag": ETag?.replaceAll('"', ""),
        "source-key-sha256": expect.stringMatching(/^[0-9a-f]{64}$/),
        makers: expect.stringMatching(/^[0-9a-f]{12}$/),
        transform: "thumbnail",
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it("answers a function that is invoked with a bare S3 event with its results", async () => {
    const { machine, workers, uploadsBucket } = local.stack;
    await s3.send(new PutObjectCommand({ Bucket: uploadsBucket, Key: "direct.png", Body: await fixture("png") }));
    const lambda = machine.function(workers.find(({ name }) => name === "thumbnail")?.functionName ?? "");

    const invocation = await lambda.invoke({
      Records: [{ s3: { bucket: { name: uploadsBucket }, object: { key: "direct.png" } } }],
    });

    expect(invocation).toMatchObject({
      outcome: "returned",
      value: {
        results: [
          {
            status: "done",
            worker: "thumbnail",
            outputs: [{ variant: "small", key: "thumbnail/direct.png/small.png" }],
          },
        ],
      },
    });
  });
});

/** What all workers say of a key after something was done to it. */
async function endsOf(key: string, act: () => Promise<unknown>): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ends: KeyResult[] = [];
  const stop = await watchResults(local.stack, (result) => {
    if (result.key === key && ends.push(result) === local.stack.workers.length) resolve();
  });
  await act();
  await promise;
  await stop();
  return ends.map((end) => (end.status === "published" ? end.result.status : end.status));
}

async function outputKeys(uploadKey: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: local.stack.outputsBucket }));
  return Contents.flatMap(({ Key = "" }) => (Key.includes(`/${uploadKey}/`) ? [Key] : []));
}
