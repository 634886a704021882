import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { MachineStatus, WorkerStatus } from "../../../infra/local/status.ts";
import { type FoundStack, findStack } from "../../../infra/operations/find-stack.ts";
import { fixture } from "../../support/fixtures.ts";
import { plainImage } from "../../support/plain-images.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";
import { type Ended, runToEnd, type Serving, startServing, statusOf } from "../../support/serving.ts";
import { configure } from "../../support/stack-config.ts";

const PICTURES = 11;

const FAILING = (source: string) =>
  source.replace("    const image", '    if (width > 0) throw new Error("Not yet.");\n    const image');

let project: ProjectCopy;
let serving: Serving;
let stack: FoundStack;
let thumbnail: string;

beforeAll(async () => {
  project = await copyProject();
  const enabled = false;
  await configure(project, { workers: { pixelate: { enabled }, resize: { enabled }, rotate: { enabled } } });
  thumbnail = await readFile(join(project.folder, "transforms/thumbnail.ts"), "utf8");
  serving = await startServing(project.folder, "--port", "0");
  stack = await findStack({ local: true }, project.folder);
  const picture = await plainImage("red");
  for (let index = 0; index < PICTURES; index++) await put(`cats/${index} +é.png`, picture);
  await put("notes.png", Buffer.from("Not a picture."));
  await put("notes.txt", Buffer.from("Not even a name of one."));
  await put("broken.jpg", await fixture("jpeg-truncated"));
  await settled();
});
afterAll(async () => {
  stack[Symbol.dispose]();
  await serving.end("SIGTERM");
  await project[Symbol.asyncDispose]();
});

async function put(Key: string, Body: Buffer): Promise<void> {
  await stack.s3.send(new PutObjectCommand({ Bucket: stack.uploadsBucket, Key, Body }));
}

/** The status once no queue holds anything. */
async function settled(): Promise<MachineStatus> {
  const status = await statusOf(project.folder);
  if (status.workers.every(({ waiting, inFlight }) => waiting + inFlight === 0)) return status;
  await setTimeout(50);
  return settled();
}

/** Waits until the worker's uploads ended so, and no others. */
async function tinyEnds(expected: Pick<WorkerStatus, "done" | "deadLetters">): Promise<void> {
  await vi.waitFor(
    async () => {
      const { workers } = await settled();
      const { done, deadLetters } = workers.find(({ worker }) => worker === "tiny") ?? {};
      expect({ done, deadLetters }).toEqual(expected);
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** What the stack's outputs say of the worker's work at this moment. */
async function digestOfTiny(): Promise<string | undefined> {
  using now = await findStack({ local: true }, project.folder);
  return now.workers.find(({ name }) => name === "tiny")?.digest;
}

/** Saves the worker's source, and waits until both its code and the stack's outputs are of it. */
async function redeployTiny(source: string): Promise<void> {
  const before = await digestOfTiny();
  await project.write("transforms/tiny.ts", source);
  await vi.waitFor(async () => expect(await digestOfTiny()).not.toBe(before), { timeout: 20_000, interval: 100 });
}

/** A command's lines about its workers, without their names. */
async function run(command: string, ...args: string[]): Promise<string[]> {
  const { exitCode, output, errors }: Ended = await runToEnd(
    project.folder,
    `operations/${command}-command.ts`,
    ...args,
  );
  expect([exitCode, errors]).toEqual([0, ""]);
  const [, ...lines] = output.trimEnd().split("\n");
  return lines.map((line) => line.replace(/^\w+ +/, ""));
}

describe("operations on the machine that npm start serves", () => {
  it("find nothing to do for a worker that was told of every upload, since its digest is that of the outputs", async () => {
    const lines = await run("backfill", "--dry-run", "--prefix", "cats/");

    expect(lines.slice(-2)).toEqual([
      `${PICTURES} with all their outputs, up to date`,
      "would send 0 uploads, 0 s at 50 a second, less than $0.01",
    ]);
  });

  it("have a new worker do what was there before it, once, though some of it fails", async () => {
    await project.write("transforms/tiny.ts", FAILING(thumbnail));
    await serving.line(/^tiny is a new worker/);

    const dry = await run("backfill", "--worker", "tiny", "--dry-run");
    await tinyEnds({ done: 0, deadLetters: {} });
    const real = await run("backfill", "--worker", "tiny");
    await tinyEnds({ done: 0, deadLetters: { SOURCE_CORRUPT: 1, TRANSFORM_FAILED: PICTURES } });
    const second = await run("backfill", "--worker", "tiny");

    expect(dry.at(-1)).toMatch(new RegExp(`^would send ${PICTURES + 2} uploads, `));
    expect(real.at(-1)).toBe(`sent ${PICTURES + 2} uploads`);
    expect(second.slice(2)).toEqual([
      "1 not for this worker",
      `${PICTURES + 1} among the worker's dead letters, which npm run redrive sends again`,
      "1 sent by a backfill before, without outputs since: --again sends them again",
      "sent 0 uploads",
    ]);
  });

  it("send dead letters of one code again, once their reason is gone", async () => {
    await redeployTiny(thumbnail);

    const lines = await run("redrive", "--worker", "tiny", "--code", "TRANSFORM_FAILED", "--rate", "1000");

    await tinyEnds({ done: PICTURES, deadLetters: { SOURCE_CORRUPT: 1 } });
    expect(lines).toEqual([
      `dead letters: 1 SOURCE_CORRUPT, ${PICTURES} TRANSFORM_FAILED`,
      `moved ${PICTURES} of ${PICTURES}`,
    ]);
  });

  it("have it do anew what is of older work, and find that done", async () => {
    await redeployTiny(`${thumbnail}\n// Otherwise the same.\n`);

    const lines = await run("backfill", "--worker", "tiny");
    await tinyEnds({ done: 2 * PICTURES, deadLetters: { SOURCE_CORRUPT: 1 } });
    const second = await run("backfill", "--worker", "tiny");

    expect(lines.at(-1)).toBe(`sent ${PICTURES + 1} uploads`);
    expect(second).toContain(`${PICTURES} with all their outputs, up to date`);
    expect(second.at(-1)).toBe("sent 0 uploads");
  });
});
