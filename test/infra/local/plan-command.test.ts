import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlannedResource } from "../../../infra/local/plan.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";
import { runToEnd } from "../../support/serving.ts";

let project: ProjectCopy;
let folder: string;
beforeAll(async () => {
  project = await copyProject({ isRunAsWritten: true });
  await project.replace(
    "infra/index.ts",
    "const folder =",
    'for (const _ of [1, 2]) await pulumi.log.warn("Beware.");\nconst folder =',
  );
  await project.replace("infra/index.ts", "import ", 'import * as pulumi from "@pulumi/pulumi";\nimport ');
  folder = await mkdtemp(join(tmpdir(), "config-"));
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("npm run plan", () => {
  it("is configured by a file, and keeps warnings apart from the plan, each once", async () => {
    const config = join(folder, "small.yaml");
    await writeFile(config, "config:\n  image-machine:workers:\n    thumbnail: { memoryMb: 512 }\n");

    const { exitCode, output, errors } = await runToEnd(
      project.folder,
      "local/plan-command.ts",
      ...["--stack", "other", "--config", config, "--json"],
    );

    const resources: PlannedResource[] = JSON.parse(output);
    const lambda = resources.find(({ type, name }) => type === "aws:lambda/function:Function" && name === "thumbnail");
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "warning: Beware.\n" });
    expect(lambda?.inputs).toMatchObject({
      name: "image-machine-other-thumbnail",
      memorySize: 512,
      code: { bytes: expect.any(Number), zippedBytes: expect.any(Number) },
    });
  });

  it("shows resources, how many there are of each type, and how much code they are", async () => {
    const { output } = await runToEnd(project.folder, "local/plan-command.ts");

    const [tree, totals, sizes] = output.trimEnd().split("\n\n");
    expect(tree).toMatch(/^ {4}thumbnail {2}aws\.lambda\.Function, 1769 MB, 60 s, arm64, width 128, height 128$/m);
    expect(totals).toMatch(/^ {3}4 {2}aws\.lambda\.Function\n/m);
    expect(sizes).toMatch(/^thumbnail +0\.\d MiB +0\.\d MiB +0\.\d MiB and packages$/m);
    expect(sizes).toMatch(/^The layer packages is not built: npm run layer -- --architecture arm64$/m);
  });

  it.each([
    ["local/plan-command.ts", [], []],
    ["local/start-command.ts", ["--port", "0", "--seed", "1"], ["Deploying stack dev on this machine (seed 1)…"]],
  ])("says what is wrong in a line each, as does %s", async (command, flags, announcement) => {
    const config = join(folder, "wrong.yaml");
    await writeFile(
      config,
      "config:\n  image-machine:workers:\n    thumbnail: { options: { width: 0 }, memoryMb: 64 }\n",
    );

    const { exitCode, output, errors } = await runToEnd(project.folder, command, "--config", config, ...flags);

    expect({ exitCode, output }).toEqual({ exitCode: 1, output: "" });
    expect(errors.trimEnd().split("\n")).toEqual([
      ...announcement,
      "warning: Beware.",
      "Expected an integer from 1 to 1024 for workers.thumbnail.options.width, received 0.",
      "Expected an integer from 128 to 10240 for workers.thumbnail.memoryMb, received 64.",
    ]);
  });
});
