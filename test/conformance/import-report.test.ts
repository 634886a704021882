import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importReport } from "./import-report.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imported-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("what an import did", () => {
  it.each<[what: string, code: string, effects: unknown[]]>([
    ["nothing", "export const half = (width: number) => width / 2;", []],
    ["a global", "Object.assign(globalThis, { seen: 1 });", ["another value of seen"]],
    ["a look at the environment", "export default process.env.WIDTH;", ["a look at the environment variable WIDTH"]],
    ["another environment", 'process.env.WIDTH = "1";', ["another value of the environment variable WIDTH"]],
    ["a timer", "setInterval(() => {}, 1000).unref();", ["a timer"]],
    [
      "a look-up",
      'import dns from "node:dns"; dns.lookup("localhost", () => {});',
      [expect.stringContaining("a look-up")],
    ],
    [
      "a file",
      'import fs from "node:fs"; fs.writeFileSync("a", "a");',
      [expect.stringMatching(/^an error: Access .*restricted/)],
    ],
    ["an error", 'throw new Error("Not today.");', ["an error: Not today."]],
  ])("tells of %s", async (what, code, effects) => {
    const file = join(folder, `${what.replaceAll(" ", "-")}.ts`);
    await writeFile(file, code);

    expect((await importReport(file)).effects).toEqual(effects);
  });
});
