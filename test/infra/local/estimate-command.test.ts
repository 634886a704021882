import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";
import { runToEnd } from "../../support/serving.ts";

let project: ProjectCopy;
let folder: string;
beforeAll(async () => {
  project = await copyProject();
  for (const name of ["pixelate", "rotate", "resize"]) await rm(join(project.folder, "transforms", `${name}.ts`));
  folder = await mkdtemp(join(tmpdir(), "config-"));
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const run = (...flags: string[]) => runToEnd(project.folder, "local/estimate-command.ts", ...flags);

describe("npm run estimate", () => {
  it("answers for a stack that is configured by a file, in words and figures", async () => {
    const config = join(folder, "stack.yaml");
    await writeFile(
      config,
      "config:\n  aws:region: us-east-1\n  image-machine:workers:\n    thumbnail: { provisionedPollers: { maximum: 90 }, options: { width: 64 } }\n",
    );

    const flags = ["--uploads", "1000", "--account-concurrency", "50", "--sns-messages", "7000", "--megapixels", "2"];
    const { exitCode, output, errors } = await run(...flags, "--config", config, "--json");

    expect(exitCode).toBe(0);
    expect(errors).toBe("Measuring thumbnail, whose transform or options are not those that were measured before…\n");
    expect(JSON.parse(output)).toMatchObject({
      answer: expect.arrayContaining([
        expect.stringMatching(/^1,000 uploads in 5 min, stack dev in us-east-1, 1 worker: /),
      ]),
      stack: { name: "dev", region: "us-east-1" },
      uploads: 1_000,
      windowSeconds: 300,
      quotas: { accountConcurrency: 50, ingest: "sns", publicationsPerSecond: 7_000 },
      workers: [{ name: "thumbnail", uploads: 1_000, scaling: { minimumPollers: 2, maximumPollers: 90 } }],
    });
  });

  it("measures transforms, and keeps their times for the next estimate", async () => {
    const { exitCode, output } = await run("--measure", "--repetitions", "1");

    const measured = JSON.parse(await readFile(join(project.folder, "infra/estimate/measured.json"), "utf8"));
    expect({ exitCode, lines: output.trimEnd().split("\n") }).toEqual({
      exitCode: 0,
      lines: [
        expect.stringMatching(/^thumbnail +\d+\.\d ms for 1 megapixels, \d+\.\d ms for 6 megapixels$/),
        "Kept in infra/estimate/measured.json.",
      ],
    });
    expect({ repetitions: measured.repetitions, names: Object.keys(measured.transforms) }).toEqual({
      repetitions: 1,
      names: ["thumbnail"],
    });
  });
});
