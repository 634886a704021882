import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeadBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { existingBuckets } from "../../../infra/local/existing-buckets.ts";
import { type FileReport, processFiles } from "../../../infra/local/process-files.ts";
import { Redeployer } from "../../../infra/local/redeploy.ts";
import { greeting } from "../../../infra/local/serve/greeting.ts";
import { ResultCounts } from "../../../infra/local/serve/result-counts.ts";
import { statusOf } from "../../../infra/local/status.ts";
import { deployCopy, type LocalStack } from "../../support/local-stack.ts";
import { useBridge } from "./bridge-project.ts";

const bucketsOf = (value: unknown, name = "image-machine") =>
  existingBuckets({ name, config: { "image-machine:buckets": JSON.stringify(value) } });

describe("existingBuckets", () => {
  it.each<[string, unknown, string[]]>([
    ["both", { layout: "existing", uploads: "our-photos", outputs: "our-web" }, ["our-photos", "our-web"]],
    ["one that is both, once", { layout: "existing", uploads: "ours", outputs: "ours" }, ["ours"]],
    ["none in the layout of two buckets", { layout: "two", uploads: "our-photos", outputs: "our-web" }, []],
    ["none in the default layout", {}, []],
    ["none of what is no text", { layout: "existing", uploads: 1 }, []],
    ["none of what is no object", "existing", []],
  ])("names %s", (_, value, expected) => {
    expect(bucketsOf(value)).toEqual(expected);
  });

  it("names none of a stack that says nothing of buckets, or only another project's", () => {
    expect(existingBuckets({ name: "image-machine", config: {} })).toEqual([]);
    expect(bucketsOf({ layout: "existing", uploads: "ours", outputs: "ours" }, "another")).toEqual([]);
  });

  it("refuses what no bucket can be called", () => {
    expect(() => bucketsOf({ layout: "existing", uploads: "our-photos", outputs: "../etc" })).toThrow(
      "Expected a bucket name of 3 to 63 lower-case letters, digits, dots and hyphens, received ../etc.",
    );
  });
});

describe("a stack that makes no bucket", () => {
  const said: string[] = [];
  let local: LocalStack;
  let s3: S3Client;
  let folder: string;

  beforeAll(async () => {
    const errors = vi.spyOn(console, "error").mockImplementation((line) => void said.push(String(line)));
    const places = { uploads: "ours", outputs: "ours", uploadsPrefix: "in/", outputsPrefix: "web/made/" };
    local = await deployCopy((project) => useBridge(project, places));
    errors.mockRestore();
    s3 = new S3Client({ ...local.stack.machine.clientSettings, forcePathStyle: true });
    folder = await mkdtemp(join(tmpdir(), "files-"));
    for (const name of ["photo.jpg", "notes.txt"]) await writeFile(join(folder, name), "12345");
  });
  afterAll(async () => {
    s3.destroy();
    await local[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function run(prefix?: string): Promise<{ reports: string[]; files: string[]; keys: string[] }> {
    const out = await mkdtemp(join(folder, "out-"));
    const files = ["photo.jpg", "notes.txt"].map((name) => join(folder, name));
    const reports = await processFiles(local.stack, files, { out, prefix, onReport: () => {}, onWaiting: () => {} });
    const made = (await readdir(out, { recursive: true })).filter(
      (path) => path.endsWith(".jpg") && !path.endsWith("photo.jpg"),
    );
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "ours" }));
    return { reports: reports.map(inOneLine).sort(), files: made, keys: Contents.map(({ Key = "" }) => Key) };
  }

  const inOneLine = ({ file, worker, status, code = "" }: FileReport) =>
    [file.slice(folder.length + 1), worker, status, code].join(" ").trim();

  it("finds its buckets, made as their owner would have", async () => {
    expect(said).toEqual(["Made bucket ours with EventBridge switched on, as its owner would have."]);
    await expect(s3.send(new HeadBucketCommand({ Bucket: "ours" }))).resolves.toBeDefined();
    await expect(s3.send(new ListObjectsV2Command({ Bucket: "theirs" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });

  it("works on files, whose outputs lie below the folder as their keys do below the place of all outputs", async () => {
    const { reports, files, keys } = await run();

    expect(reports).toEqual(["notes.txt copy skipped FILTERED_OUT", "photo.jpg copy done"]);
    expect(files).toEqual([join("copy", "photo.jpg", "size.jpg")]);
    expect(keys).toEqual(["in/notes.txt", "in/photo.jpg", "web/made/copy/photo.jpg/size.jpg"]);
  });

  it("works on files under a prefix, and not on its own outputs", async () => {
    const { reports, files, keys } = await run("cats/");

    expect(reports).toEqual(["notes.txt copy skipped FILTERED_OUT", "photo.jpg copy done"]);
    expect(files).toEqual([join("copy", "cats", "photo.jpg", "size.jpg")]);
    expect(keys).toContain("in/cats/photo.jpg");
    expect(keys.filter((key) => key.startsWith("web/made/copy/web/"))).toEqual([]);
  });

  it("tells which uploads its worker hears of", async () => {
    const [worker] = local.stack.workers;

    const heard = ["in/a.jpg", "in/b/c d.jpg", "in/a.JPG", "web/made/a.jpg"].filter((key) => worker?.passes(key));

    expect(heard).toEqual(["in/a.jpg", "in/b/c d.jpg"]);
  });

  it("tells where uploads and outputs lie", async () => {
    const run = {
      stackName: "dev",
      startedAt: new Date(),
      countsOf: (worker: string) => new ResultCounts().of(worker),
    };

    const [text, status] = [greeting(local.stack, folder), await statusOf(local.stack, run)];

    expect(text).toContain("\n  uploads  s3://ours/in\n  outputs  s3://ours/web/made\n");
    expect(text).toContain("\n  aws s3 cp photo.jpg s3://ours/in/\n  aws s3 ls --recursive s3://ours/web/made/\n");
    expect(status).toMatchObject({ uploadsBucket: "ours", uploadsPrefix: "in/", outputsPrefix: "web/made/" });
  });

  it("hears of other uploads once its rule says so", async () => {
    const { stack, project } = local;
    const redeployer = new Redeployer(stack, { projectFolder: project.folder, stackName: "dev" });
    await project.replace("infra/index.ts", "*.jpg", "*.txt");

    const remarks = await redeployer.redeploy();

    local = { ...local, stack: redeployer.stack };
    const { reports, files } = await run("later/");
    expect(remarks).toEqual([]);
    expect(reports).toEqual(["notes.txt copy done", "photo.jpg copy skipped FILTERED_OUT"]);
    expect(files).toEqual([join("copy", "later", "notes.txt", "size.jpg")]);
  });
});
