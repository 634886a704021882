import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FunctionSettings, LocalFunction } from "../../../infra/local/function-host.ts";
import { startFunction } from "./local-function.ts";

describe("a local function", () => {
  it("returns what its handler returns, as JSON", async () => {
    const greeter = await functionOf(
      "exports.handler = async ({ name }) => ({ greeting: 'Hello ' + name, none: undefined })",
    );

    const invocation = await greeter.invoke({ name: "Ada" });

    expect(invocation).toEqual({ outcome: "returned", value: { greeting: "Hello Ada" } });
  });

  it.each([
    ["nothing", "exports.handler = async () => {}", null],
    ["a function", "exports.handler = async () => () => {}", null],
    ["a value without a promise", "exports.handler = () => 3", 3],
  ])("answers like Lambda when its handler returns %s", async (_what, code, value) => {
    const lambda = await functionOf(code);

    expect(await lambda.invoke({})).toEqual({ outcome: "returned", value });
  });

  it("gives null to its handler when it is invoked with nothing", async () => {
    const echo = await functionOf("exports.handler = async (event) => [event]");

    expect(await echo.invoke(undefined)).toEqual({ outcome: "returned", value: [null] });
  });

  it("tells its handler about the function and the time that is left", async () => {
    const lambda = await functionOf(
      `exports.handler = async (event, context) => {
        const { awsRequestId, logStreamName, getRemainingTimeInMillis, ...others } = context;
        const left = getRemainingTimeInMillis();
        return { ...others, knows: [/^[0-9a-f-]{36}$/.test(awsRequestId), left > 0 && left <= 30_000] };
      }`,
      { name: "thumbnail", memoryMb: 512 },
    );

    expect(await lambda.invoke({})).toEqual({
      outcome: "returned",
      value: {
        callbackWaitsForEmptyEventLoop: true,
        functionName: "thumbnail",
        functionVersion: "$LATEST",
        invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:thumbnail",
        logGroupName: "/aws/lambda/thumbnail",
        memoryLimitInMB: "512",
        knows: [true, true],
      },
    });
  });

  it("reports what its handler throws and keeps the process", async () => {
    const lambda = await functionOf(`${COUNT}
      exports.handler = async (event) => { if (event.fail) throw new RangeError("too far"); return count(); }`);

    const failed = await lambda.invoke({ fail: true });

    expect(failed).toEqual({
      outcome: "threw",
      error: {
        errorType: "RangeError",
        errorMessage: "too far",
        stack: expect.stringMatching(/^RangeError: too far\n/),
      },
    });
    expect(await lambda.invoke({})).toEqual({ outcome: "returned", value: 1 });
    expect(await lambda.invoke({})).toEqual({ outcome: "returned", value: 2 });
  });

  it("reports what is thrown without being an error", async () => {
    const lambda = await functionOf("exports.handler = async () => { throw 'no' }");

    expect(await lambda.invoke({})).toEqual({
      outcome: "threw",
      error: { errorType: "string", errorMessage: "no" },
    });
  });

  it.each([
    ["waits for ever", "await new Promise(() => {})"],
    ["never yields", "for (;;);"],
  ])("kills a handler that %s and starts anew", async (_what, code) => {
    const lambda = await functionOf(
      `${COUNT}
      exports.handler = async (event) => { count(); if (event.hang) { ${code} } return count(); }`,
      { timeoutSeconds: 1 },
    );

    expect(await lambda.invoke({ hang: true })).toEqual({ outcome: "timedOut" });
    expect(await lambda.invoke({})).toEqual({ outcome: "returned", value: 2 });
  });

  it.each([
    ["exits", "process.exit(3)", "exit code 3"],
    ["is killed", "process.kill(process.pid, 'SIGTERM'); await new Promise(() => {})", "signal SIGTERM"],
    ["leaves a rejection unhandled", "Promise.reject(new Error('lost')); await new Promise(() => {})", "exit code 1"],
    ["runs out of memory", "const all = []; for (;;) all.push(new Array(1e5).fill(all.length))", "out of memory"],
  ])("reports a crash when its process %s and starts anew", async (_what, code, reason) => {
    const lambda = await functionOf(
      `${COUNT}
      exports.handler = async (event) => { count(); if (event.crash) { ${code} } return count(); }`,
      { memoryMb: 128 },
    );

    expect(await lambda.invoke({ crash: true })).toEqual({ outcome: "crashed", reason });
    expect(await lambda.invoke({})).toEqual({ outcome: "returned", value: 2 });
  });

  it("runs as many invocations at once as it may, and the others after them in the same processes", async () => {
    const folder = await temporaryFolder();
    // The first two wait for each other, so that neither returns unless both run.
    const meet = await functionOf(
      `const fs = require("node:fs");
      exports.handler = async ({ folder, me, other }) => {
        fs.writeFileSync(folder + "/" + me, "");
        while (!fs.existsSync(folder + "/" + other)) await new Promise((go) => setTimeout(go, 5));
        return process.pid;
      }`,
      { concurrency: 2 },
    );

    const [a, b, ...others] = await Promise.all([
      meet.invoke({ folder, me: "a", other: "b" }),
      meet.invoke({ folder, me: "b", other: "a" }),
      meet.invoke({ folder, me: "c", other: "a" }),
      meet.invoke({ folder, me: "d", other: "a" }),
    ]);

    expect([a, b]).toEqual(Array(2).fill({ outcome: "returned", value: expect.any(Number) }));
    expect(a).not.toEqual(b);
    for (const other of others) expect([a, b]).toContainEqual(other);
  });

  it("keeps every line of both output streams in its log", async () => {
    const logFile = join(await temporaryFolder(), "logs", "lambda.log");
    const lambda = await functionOf(
      `exports.handler = async () => { console.log("one\\ntwo"); process.stderr.write("three"); process.exit(4); }`,
      { logFile },
    );

    await lambda.invoke({});
    await lambda.close();

    const lines = (await readFile(logFile, "utf8")).split("\n");
    expect(lines.filter((line) => ["one", "two"].includes(line))).toEqual(["one", "two"]);
    expect(lines.filter((line) => !["one", "two"].includes(line))).toEqual(["three", "Runtime ended: exit code 4", ""]);
  });

  it("ends all its processes when it is closed, running ones too", async () => {
    const pidFile = join(await temporaryFolder(), "pid");
    const lambda = await functionOf(
      `exports.handler = async ({ pidFile }) => {
        require("node:fs").writeFileSync(pidFile, String(process.pid));
        await new Promise(() => {});
      }`,
    );
    const invocation = lambda.invoke({ pidFile });
    const pid = Number(await contentOf(pidFile));

    await lambda.close();

    expect(await invocation).toEqual({ outcome: "crashed", reason: "signal SIGKILL" });
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    await expect(lambda.invoke({})).rejects.toThrow("Function lambda is closed.");
  });
});

const COUNT = "let calls = 0; const count = () => ++calls;";

async function functionOf(code: string, settings: Partial<FunctionSettings> = {}): Promise<LocalFunction> {
  const codeFolder = await temporaryFolder();
  await writeFile(join(codeFolder, "index.cjs"), code);
  return startFunction({ codeFolder, ...settings });
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "function-host-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Of a file that somebody is about to write. */
async function contentOf(file: string): Promise<string> {
  return expect
    .poll(() => readFile(file, "utf8").catch(() => ""), { timeout: 30_000 })
    .not.toBe("")
    .then(() => readFile(file, "utf8"));
}
