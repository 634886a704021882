import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FunctionSettings, hostLayer, type LocalFunction } from "../../../infra/local/function-host.ts";
import { functionSettings, startFunction } from "./local-function.ts";

describe("a local function", () => {
  it("finds Lambda's variables and its own in its environment, and nothing of this process", async () => {
    process.env.FUNCTION_HOST_TEST = "leaked";
    onTestFinished(() => void delete process.env.FUNCTION_HOST_TEST);
    const lambda = await functionOf(
      {
        "index.cjs": "exports.handler = async () => ({ ...process.env, root: process.cwd(), flags: process.execArgv })",
      },
      { name: "rotate", environment: { ROTATE: "90", AWS_ACCESS_KEY_ID: "rotate" }, layerFolders: ["/one", "/two"] },
    );

    const invocation = await lambda.invoke({});

    const root = expect.stringContaining(join(tmpdir(), "function-rotate-"));
    expect(invocation).toEqual({
      outcome: "returned",
      value: {
        AWS_ACCESS_KEY_ID: "rotate",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_SESSION_TOKEN: "local",
        AWS_DEFAULT_REGION: "eu-west-1",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
        AWS_LAMBDA_FUNCTION_NAME: "rotate",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/rotate",
        AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
        AWS_REGION: "eu-west-1",
        LAMBDA_TASK_ROOT: root,
        LANG: "en_US.UTF-8",
        NODE_PATH: "/one/nodejs/node_modules:/two/nodejs/node_modules",
        PATH: "/usr/local/bin:/usr/bin:/bin",
        ROTATE: "90",
        TZ: ":UTC",
        _HANDLER: "index.handler",
        root,
        flags: ["--max-old-space-size=230"],
      },
    });
  });

  it.each([
    ["a CommonJS module", { "index.js": "exports.handler = async () => 1" }, "index.handler"],
    ["an ECMAScript module", { "index.mjs": "export const handler = async () => 1" }, "index.handler"],
    ["a nested name", { "main.cjs": "exports.on = { upload: async () => 1 }" }, "main.on.upload"],
  ])("loads its handler from %s", async (_what, files, handler) => {
    const lambda = await functionOf(files, { handler });

    expect(await lambda.invoke({})).toEqual({ outcome: "returned", value: 1 });
  });

  it.each([
    [
      "lacks a package that the repository has",
      "require('esbuild')",
      "ImportModuleError",
      /^Error: Cannot find module 'esbuild'/,
    ],
    ["exports no handler", "exports.other = 1", "HandlerNotFound", /^index.handler is undefined or not exported$/],
    ["exports something else", "exports.handler = 1", "HandlerNotFound", /^index.handler is not a function$/],
    [
      "expects a callback",
      "exports.handler = (e, c, done) => done()",
      "CallbackHandlerDeprecated",
      /expects a callback$/,
    ],
    ["is not JavaScript", "exports.handler = (", "UserCodeSyntaxError", /^SyntaxError: /],
  ])("fails as on Lambda when its code %s", async (_what, code, errorType, errorMessage) => {
    const lambda = await functionOf({ "index.cjs": code });

    expect(await lambda.invoke({})).toEqual({
      outcome: "threw",
      error: {
        errorType: `Runtime.${errorType}`,
        errorMessage: expect.stringMatching(errorMessage),
        stack: expect.any(String),
      },
    });
  });

  it("reports what its code throws while it is loaded", async () => {
    const lambda = await functionOf({ "index.cjs": "throw new TypeError('no settings')" });

    expect(await lambda.invoke({})).toMatchObject({
      outcome: "threw",
      error: { errorType: "TypeError", errorMessage: "no settings" },
    });
  });

  it("finds a layer's packages by name, and not what they are made of", async () => {
    const layer = await hostLayer(["sharp", "@aws-sdk/client-sqs"]);
    onTestFinished(() => layer.dispose());
    const lambda = await functionOf(
      {
        "index.cjs": `
          const sharp = require("sharp");
          exports.handler = async ({ names }) => {
            const { data, info } = await sharp({ create: { width: 3, height: 2, channels: 3, background: "red" } })
              .raw().toBuffer({ resolveWithObject: true });
            const missing = names.filter((name) => { try { require.resolve(name) } catch { return true } });
            return { pixel: [...data.subarray(0, 3)], width: info.width, missing };
          };`,
      },
      { layerFolders: [layer.folder] },
    );

    const invocation = await lambda.invoke({ names: ["sharp", "@aws-sdk/client-sqs", "@img/colour", "esbuild"] });

    expect(invocation).toEqual({
      outcome: "returned",
      value: { pixel: [255, 0, 0], width: 3, missing: ["@img/colour", "esbuild"] },
    });
  });

  it("removes the copy of its code when it is closed", async () => {
    const lambda = await functionOf({ "index.cjs": "exports.handler = async () => __dirname" });
    const invocation = await lambda.invoke({});
    const folder = invocation.outcome === "returned" ? String(invocation.value) : "";
    const before = await readdir(folder);

    await lambda.close();

    expect(before).toEqual(["index.cjs"]);
    expect(existsSync(folder)).toBe(false);
  });

  it("leaves Ctrl-C in a terminal to its host", async () => {
    const lambda = await functionOf({
      "index.cjs": `exports.handler = async () => {
        process.kill(process.pid, "SIGINT");
        await new Promise((go) => setTimeout(go, 50));
        return "still here";
      }`,
    });

    expect(await lambda.invoke({})).toEqual({ outcome: "returned", value: "still here" });
  });

  it("does not outlive its host", async () => {
    const folder = await folderOf({
      "index.cjs": `exports.handler = async ({ ended }) => {
        process.on("exit", () => require("node:fs").writeFileSync(ended, ""));
      }`,
      "host.mjs": `
        import { createFunction } from ${JSON.stringify(new URL("../../../infra/local/function-host.ts", import.meta.url))};
        const [settings, ended] = process.argv.slice(2);
        await createFunction(JSON.parse(settings)).invoke({ ended });
        process.kill(process.pid, "SIGKILL");`,
    });
    const ended = join(folder, "ended");
    const host = [join(folder, "host.mjs"), JSON.stringify(functionSettings({ codeFolder: folder })), ended];
    const elsewhere = { env: { ...process.env, TMPDIR: await folderOf({}) } };

    const killed = await promisify(execFile)(process.execPath, host, elsewhere).catch((error) => error.signal);

    expect(killed).toBe("SIGKILL");
    await expect.poll(() => existsSync(ended), { timeout: 30_000 }).toBe(true);
  });
});

describe("a layer of this host's packages", () => {
  it("is refused when a package is not installed", async () => {
    await expect(hostLayer(["sharp", "not-installed-here"])).rejects.toThrow(
      "Cannot find package 'not-installed-here'",
    );
  });

  it("leaves the installed packages alone when it is disposed of", async () => {
    const layer = await hostLayer(["sharp"]);
    const link = join(layer.folder, "nodejs", "node_modules", "sharp");
    const installed = await readdir(link);

    await layer.dispose();

    expect(existsSync(layer.folder)).toBe(false);
    expect(installed).toContain("package.json");
    expect(existsSync(new URL("../../../node_modules/sharp/package.json", import.meta.url))).toBe(true);
  });
});

async function functionOf(
  files: Record<string, string>,
  settings: Partial<FunctionSettings> = {},
): Promise<LocalFunction> {
  return startFunction({ codeFolder: await folderOf(files), ...settings });
}

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "function-host-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}
