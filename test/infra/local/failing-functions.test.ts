import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FileReport, processFiles } from "../../../infra/local/process-files.ts";
import { fixture } from "../../support/fixtures.ts";
import { deployCopy, type LocalStack } from "../../support/local-stack.ts";

/** A transform that fails in its own way. */
const failing = (body: string, timeoutSeconds: number) => `
import { defineTransform, options } from "../runtime/contract.ts";
export default defineTransform({
  summary: "Nothing.",
  accepts: ["image/png"],
  options: options({}),
  variants: () => [{ name: "one", format: "source" }],
  limits: { memoryMb: 512, timeoutSeconds: ${timeoutSeconds} },
  async *transform() { ${body} },
});`;

const FAILING = ["exits", "spins", "throws", "waits"];

let local: LocalStack;
let folder: string;
let reports: FileReport[];

beforeAll(async () => {
  local = await deployCopy(async ({ write }) => {
    await write("transforms/exits.ts", failing("process.exit(3);", 5));
    await write("transforms/spins.ts", failing("for (;;);", 1));
    await write("transforms/throws.ts", failing('throw new Error("no idea");', 5));
    await write("transforms/waits.ts", failing("await new Promise(() => {});", 3));
  });
  folder = await mkdtemp(join(tmpdir(), "files-"));
  await writeFile(join(folder, "photo.png"), await fixture("png"));
  reports = await processFiles(local.stack, [join(folder, "photo.png")], {
    out: join(folder, "out"),
    onReport: () => {},
    onWaiting: () => {},
  });
});
afterAll(async () => {
  await local[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("a function that fails", () => {
  it.each([
    ["exits", "FUNCTION_CRASHED", "The function ended without an answer each time."],
    ["spins", "FUNCTION_CRASHED", "The function ended without an answer each time."],
    ["throws", "TRANSFORM_FAILED", "Expected outputs, received an error: no idea"],
    [
      "waits",
      "RETRIES_EXHAUSTED",
      "Received 5 times, the last time with TRANSFORM_TIMED_OUT: Expected all outputs before the worker's time was up.",
    ],
  ])("leaves a dead letter with a code if it %s", (worker, code, message) => {
    const report = reports.find((candidate) => candidate.worker === worker);

    expect(report).toMatchObject({ status: "failed", code, message });
  });

  it("does not keep the other workers from their outputs", () => {
    const done = reports.filter(({ status }) => status === "done").map(({ worker }) => worker);

    const others = local.stack.workers.map(({ name }) => name).filter((name) => !FAILING.includes(name));
    expect(done.sort()).toEqual(others.sort());
    expect(others.length).toBeGreaterThan(0);
  });
});
