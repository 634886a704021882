import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MachineStatus, WorkerStatus } from "../../../infra/local/status.ts";
import { fixture } from "../../support/fixtures.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";
import { freePort, runToEnd, type Serving, startServing, statusOf } from "../../support/serving.ts";

const WORKERS = ["pixelate", "resize", "rotate", "thumbnail"];
const OUTPUTS_PER_UPLOAD = 9;
/** What the stack is configured by. */
const CONFIG = "served.yaml";

let project: ProjectCopy;
let port: number;
let serving: Serving;
let s3: S3Client;

beforeAll(async () => {
  project = await copyProject();
  // Whatever reads the stack's own file would fail.
  await rename(join(project.folder, "Pulumi.dev.yaml"), join(project.folder, CONFIG));
  port = await freePort();
  serving = await serve();
  s3 = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    forcePathStyle: true,
    // What the machine no longer answers is this test's to know.
    maxAttempts: 1,
  });
});
afterAll(async () => {
  s3.destroy();
  await serving.end("SIGTERM");
  await project[Symbol.asyncDispose]();
});

const serve = (...args: string[]) =>
  startServing(project.folder, "--config", join(project.folder, CONFIG), "--port", String(port), ...args);

const bucket = async (name: "uploads" | "outputs") =>
  (await serving.line(new RegExp(`s3://${name}`))).split("//")[1] ?? "";

async function put(key: string, body: Buffer): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: await bucket("uploads"), Key: key, Body: body }));
}

async function keysOf(name: "uploads" | "outputs"): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: await bucket(name) }));
  return Contents.map(({ Key = "" }) => Key);
}

/** The status once no queue holds anything. */
async function settled(): Promise<MachineStatus> {
  const status = await statusOf(project.folder);
  if (status.workers.every(({ waiting, inFlight }) => waiting + inFlight === 0)) return status;
  await setTimeout(100);
  return settled();
}

const byWorker = <Value>({ workers }: MachineStatus, value: (worker: WorkerStatus) => Value) =>
  Object.fromEntries(workers.map((worker) => [worker.worker, value(worker)]));

const ofEach = <Value>(value: Value) => Object.fromEntries(WORKERS.map((worker) => [worker, value]));

async function thumbnailWidth(key: string): Promise<number> {
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: await bucket("outputs"), Key: `thumbnail/${key}/small.jpg` }),
  );
  return (await sharp(await Body?.transformToByteArray()).metadata()).width;
}

/** Puts as often as it takes to be answered. */
async function putAgainAndAgain(key: string, body: Buffer): Promise<void> {
  try {
    await put(key, body);
  } catch {
    await setTimeout(20);
    await putAgainAndAgain(key, body);
  }
}

describe("npm start without files", () => {
  it("loses nothing, and does nothing twice in effect, when it is killed in the middle of its work", async () => {
    await put("broken.jpg", await fixture("jpeg-truncated"));
    await Promise.all(WORKERS.map((worker) => serving.line(new RegExp(`^failed +${worker} +broken.jpg`))));
    // A dead letter is sent before its message is deleted: who dies between the two sends it again.
    await settled();
    const names = Array.from({ length: 24 }, (_, index) => `cats/${index} +é.png`);
    const image = await fixture("png");

    const answers = Promise.allSettled(names.map((name) => put(name, image)));
    await serving.line(/^done .*cats/);
    await serving.end("SIGKILL");
    const settledAnswers = await answers;
    const unanswered = names.filter((_, index) => settledAnswers[index]?.status === "rejected");
    serving = await serve("--verbose");
    for (const name of unanswered) await put(name, image);
    const status = await settled();

    expect((await keysOf("uploads")).sort()).toEqual(["broken.jpg", ...names].sort());
    const outputs = await keysOf("outputs");
    expect(names.map((name) => outputs.filter((key) => key.includes(`/${name}/`)).length)).toEqual(
      names.map(() => OUTPUTS_PER_UPLOAD),
    );
    expect(outputs).toHaveLength(names.length * OUTPUTS_PER_UPLOAD);
    expect(byWorker(status, ({ deadLetters }) => deadLetters)).toEqual(ofEach({ SOURCE_CORRUPT: 1 }));
    expect(byWorker(status, ({ failed }) => failed)).toEqual(ofEach(0));
  });

  it("keeps a file of each function's log, and prints it with --verbose", async () => {
    await put("log.jpg", await fixture("jpeg"));
    await serving.line(/^done +thumbnail +log.jpg/);

    const printed = await serving.line(/^thumbnail \| \{.*log\.jpg/);
    const folder = join(project.folder, ".image-machine/logs");
    expect((await readdir(folder)).sort()).toEqual(WORKERS.map((worker) => `image-machine-dev-${worker}.log`));
    expect(await readFile(join(folder, "image-machine-dev-thumbnail.log"), "utf8")).toContain(
      printed.slice("thumbnail | ".length),
    );
  });

  it("lets npm run status show how each worker stands", async () => {
    const { exitCode, output } = await runToEnd(project.folder, "operations/status-command.ts");

    const rows = output.split("\n").filter((line) => WORKERS.includes(line.split(" ")[0] ?? ""));
    expect(exitCode).toBe(0);
    expect(rows.map((row) => row.trim().split(/ {2,}/).toSpliced(6, 1).toSpliced(4, 1))).toEqual(
      // Without the counts of those done and removed, to which the kill may have added: what was cut off is not there.
      WORKERS.map((worker) => [worker, "0", "0", "-", "0", "0", "1 SOURCE_CORRUPT", "-"]),
    );
  });

  it.each([
    [
      "a second machine on the same state",
      ["--port", "0"],
      () => /^Expected no other machine on .*dev, received one at http:\/\/127\.0\.0\.1:\d+ \(process \d+\)\.$/m,
    ],
    [
      "a port that is taken",
      ["--stack", "other", "--port", "PORT"],
      () => new RegExp(`^Expected a free port, received ${port}, which another program has`, "m"),
    ],
    [
      "a port that is no number",
      ["--port", "http"],
      () => /^Expected a number of at least 0 for --port, received http\.$/m,
    ],
  ])("refuses %s", async (_, args, message) => {
    const { exitCode, errors } = await runToEnd(
      project.folder,
      "local/start-command.ts",
      ...["--config", join(project.folder, CONFIG)],
      ...args.map((argument) => argument.replace("PORT", String(port))),
    );

    expect(exitCode).toBe(1);
    expect(errors).toMatch(message());
  });

  it("redeploys the worker whose file is saved, alone, with what waits in its queue", async () => {
    const before = byWorker(await settled(), ({ processIds }) => processIds);
    const image = await fixture("jpeg");
    const names = Array.from({ length: 12 }, (_, index) => `queued-${index}.jpg`);

    await Promise.all(names.map((name) => put(name, image)));
    await project.replace("transforms/thumbnail.ts", "default: 128", "default: 16");
    await serving.line(/^Redeployed thumbnail/);
    await put("after.jpg", image);
    const status = await settled();

    const after = byWorker(status, ({ processIds }) => processIds);
    expect(await thumbnailWidth("after.jpg")).toBe(16);
    for (const name of names) expect([16, 96]).toContain(await thumbnailWidth(name));
    for (const worker of ["pixelate", "resize", "rotate"]) {
      expect(after[worker]).toEqual(expect.arrayContaining([...(before[worker] ?? [])]));
    }
    expect(after.thumbnail).not.toEqual(expect.arrayContaining([...(before.thumbnail ?? [])]));
    expect(serving.lines.filter((line) => line.startsWith("Redeployed")).map((line) => line.split(" ")[1])).toEqual([
      "thumbnail",
    ]);
  });

  it("keeps the old code of a worker whose file is broken", async () => {
    const file = "transforms/thumbnail.ts";
    const source = await readFile(join(project.folder, file), "utf8");

    await project.write(file, `${source}\n}`);
    await serving.line(/^Not redeployed: transforms\/thumbnail\.ts can't be bundled/);
    await project.write(file, `${source}\nthrow new TypeError("Not today.");`);
    await serving.line(/^Not redeployed: TypeError: Not today\./);
    await put("despite.jpg", await fixture("jpeg"));
    await serving.line(/^done +thumbnail +despite\.jpg/);
    await project.write(file, source);

    expect(await thumbnailWidth("despite.jpg")).toBe(16);
  });

  it("adds the worker of a new file, and tells what becomes of one whose file is removed", async () => {
    const source = await readFile(join(project.folder, "transforms/thumbnail.ts"), "utf8");
    await project.write("transforms/tiny.ts", source);
    expect(await serving.line(/^tiny is a new worker/)).toBe(
      "tiny is a new worker. For uploads that are there already: npm run backfill -- --local --stack dev --worker tiny",
    );
    await put("new.jpg", await fixture("jpeg"));
    await serving.line(/^done +tiny +new\.jpg/);

    await rm(join(project.folder, "transforms/tiny.ts"));

    expect(await serving.line(/no worker tiny/)).toBe(
      "The stack has no worker tiny any more: it stays until the next start.",
    );
  });

  it("ends in order when it is told to, and leaves nothing but its state and logs", async () => {
    const exitCode = await serving.end("SIGTERM");

    const { errors } = await runToEnd(project.folder, "operations/status-command.ts");
    expect(exitCode).toBe(0);
    expect(errors).toBe("Expected a machine that serves stack dev, found none. Start it with npm start.\n");
    expect(await readdir(join(project.folder, ".image-machine/state/dev"))).toEqual([
      "buckets",
      "drafts",
      "state.sqlite",
    ]);
    expect(await readdir(join(project.folder, ".image-machine/state/dev/drafts"))).toEqual([]);
  });

  it("tells its workers of every upload that it answers, those that come while it starts included", async () => {
    await serving.end("SIGKILL");
    const starting = serve();
    const names = Array.from({ length: 8 }, (_, index) => `early/${index}.png`);
    const body = await fixture("png");

    const uploading = Promise.all(names.map((name) => putAgainAndAgain(name, body)));
    serving = await starting;
    await uploading;
    await settled();

    const outputs = await keysOf("outputs");
    const countOf = (name: string) => outputs.filter((key) => key.includes(`/${name}/`)).length;
    expect(names.map(countOf)).toEqual(names.map(() => OUTPUTS_PER_UPLOAD));
  });
});
