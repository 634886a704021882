import { execFile, execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { copyProject } from "../support/project-copy.ts";
import { PROJECT_ROOT } from "../support/project-files.ts";
import { brokenPromises } from "./broken-promises.ts";

const COMMAND = fileURLToPath(new URL("new-command.ts", import.meta.url));

describe("npm run new", () => {
  it("writes a transform that keeps every promise, and says what comes next", async () => {
    await using project = await copyProject();

    const { code, output } = await newIn(project.folder, "shrink");

    const file = join(project.folder, "transforms/shrink.ts");
    const { default: transform }: { default: Transform } = await import(pathToFileURL(file).href);
    expect(code).toBe(0);
    expect(output.trim().split("\n")).toEqual([
      "transforms/shrink.ts is a transform. Change it, then:",
      "",
      "npm run conformance -- shrink",
      "npm start -- photo.jpg --only shrink --sheet shrink.png",
      "npm run docs",
    ]);
    expect(await brokenPromises({ name: "shrink", transform, file })).toEqual({});
  });

  it("writes what the formatter, the linter and the compiler have nothing to say about", async () => {
    await using project = await copyProject();
    await project.write("biome.json", await readFile(join(PROJECT_ROOT, "biome.json"), "utf8"));
    const alone = { extends: "./tsconfig.json", include: ["transforms/shrink.ts"] };
    await project.write("tsconfig.shrink.json", JSON.stringify(alone));
    await newIn(project.folder, "shrink");

    const tool = (name: string, ...args: string[]) =>
      execFileSync(join(PROJECT_ROOT, "node_modules/.bin", name), args, { cwd: project.folder, encoding: "utf8" });

    expect(tool("biome", "check", "transforms/shrink.ts")).toContain("Checked 1 file");
    expect(tool("tsc", "--project", "tsconfig.shrink.json")).toBe("");
  });

  it.each([
    [
      "Shrink",
      "Expected a file name of lower-case letters, digits and single hyphens, at most 32 long, received Shrink.",
    ],
    [
      "../shrink",
      "Expected a file name of lower-case letters, digits and single hyphens, at most 32 long, received ../shrink.",
    ],
    ["thumbnail", "Expected the name of no transform yet, received thumbnail."],
  ])("refuses %s", async (name, problem) => {
    await using project = await copyProject();
    const before = await readFile(join(project.folder, "transforms/thumbnail.ts"), "utf8");
    const filesBefore = await readdir(join(project.folder, "transforms"));

    const { code, output } = await newIn(project.folder, name);

    expect({ code, output }).toEqual({ code: 1, output: `${problem}\n` });
    expect(await readdir(join(project.folder, "transforms"))).toEqual(filesBefore);
    expect(await readFile(join(project.folder, "transforms/thumbnail.ts"), "utf8")).toBe(before);
  });

  it("asks for one name", async () => {
    await using project = await copyProject();

    expect(await newIn(project.folder)).toEqual({
      code: 1,
      output: "Expected npm run new -- NAME, received 0 names.\n",
    });
  });
});

function newIn(folder: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
  const child = execFile(process.execPath, [COMMAND, ...args], { cwd: folder }, (_, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
  );
  return promise;
}
