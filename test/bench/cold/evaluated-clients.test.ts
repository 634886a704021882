import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outputOf } from "./start-process.ts";

const PROCESS = fileURLToPath(new URL("coverage-process.ts", import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluated-clients-"));
});

afterAll(() => rm(folder, { recursive: true }));

describe("what a bundle evaluates when it is required", () => {
  it("is told from what waits in a function", async () => {
    const file = join(folder, "index.cjs");
    const lazy = (name: string, namespace: string) => `const ${name} = () => { return ["${namespace}"]; };`;
    const code = [
      'const s3 = ["com.amazonaws.s3"];',
      lazy("sns", "com.amazonaws.sns"),
      lazy("sqs", "com.amazonaws.sqs"),
      "sns();",
    ];
    await writeFile(file, code.join("\n"));

    expect(JSON.parse(await outputOf([PROCESS, file], {}))).toEqual({
      "client-s3": "evaluated",
      "client-sns": "evaluated",
      "client-sqs": "bundled, not evaluated",
      "client-sesv2": "not bundled",
    });
  });
});
