import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { denialPrinter } from "../../../../infra/local/access-reports.ts";
import { createFunction } from "../../../../infra/local/function-host.ts";
import { AccessControl, type AccessDecision } from "../../../../infra/local/iam/access-control.ts";
import { logAccessOf } from "../../../../infra/local/iam/log-access.ts";
import { allow, ROLE_ARN } from "./guarded-cloud.ts";
import { ACCOUNT, arn } from "./policy-samples.ts";

const LOG_GROUP = arn("logs", "log-group:/aws/lambda/thumbnail");
const BOTH = ["logs:CreateLogStream", "logs:PutLogEvents"];

function accessWith(...actions: readonly string[]) {
  const decisions: AccessDecision[] = [];
  const access = new AccessControl({ accountId: ACCOUNT, onDecision: (decision) => decisions.push(decision) });
  if (actions.length > 0) {
    access.putRolePolicy("worker", "policy", JSON.stringify({ Statement: allow(actions, `${LOG_GROUP}:*`) }));
  }
  const mayLog = logAccessOf(access, { kind: "role", roleArn: ROLE_ARN, sessionName: "thumbnail" }, LOG_GROUP);
  return { mayLog, decisions };
}

describe("a function's lines", () => {
  it("make each log stream once, and are put into it", () => {
    const { mayLog, decisions } = accessWith(...BOTH);

    const written = ["one", "one", "two"].map((stream) => mayLog(stream));

    expect(written).toEqual([true, true, true]);
    expect(decisions.map(({ action, resource }) => [action, resource.split(":").at(-1)])).toEqual([
      ["logs:CreateLogStream", "one"],
      ["logs:PutLogEvents", "one"],
      ["logs:PutLogEvents", "one"],
      ["logs:CreateLogStream", "two"],
      ["logs:PutLogEvents", "two"],
    ]);
  });

  it.each(BOTH)("are refused without %s", (missing) => {
    const { mayLog, decisions } = accessWith(...BOTH.filter((action) => action !== missing));

    expect(mayLog("stream")).toBe(false);
    expect(decisions.at(-1)).toMatchObject({ action: missing, resource: `${LOG_GROUP}:log-stream:stream` });
    expect(decisions.at(-1)?.refusal).toContain(`no identity-based policy allows the ${missing} action`);
  });

  it.each([
    ["reach its log if its role allows it", BOTH, "hello\n"],
    ["are dropped if it does not", [], ""],
  ])("%s", async (_, actions, log) => {
    const folder = await mkdtemp(join(tmpdir(), "logs-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "index.js"), `exports.handler = async () => console.log("hello")`);
    const logFile = join(folder, "log");
    const lambda = createFunction({
      name: "thumbnail",
      handler: "index.handler",
      codeFolder: folder,
      layerFolders: [],
      environment: {},
      timeoutSeconds: 30,
      memoryMb: 128,
      concurrency: 1,
      logFile,
      mayLog: accessWith(...actions).mayLog,
      region: "us-east-1",
      accountId: ACCOUNT,
    });

    await lambda.invoke({});
    await lambda.close();

    expect(await readFile(logFile, "utf8")).toBe(log);
  });
});

describe("a refusal", () => {
  it("is printed once, however often it comes", () => {
    const lines: string[] = [];
    const print = denialPrinter((line) => lines.push(line));
    const denial = { principal: "worker", action: "s3:GetObject", resource: "arn", context: {}, refusal: "Not you." };

    for (const action of ["s3:GetObject", "s3:GetObject", "s3:PutObject"]) print({ ...denial, action });

    expect(lines).toEqual(["AccessDenied: Not you.", "AccessDenied: Not you."]);
  });
});
