import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plan } from "../../infra/local/plan.ts";
import { planTree } from "../../infra/local/plan-tree.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";
import { PROJECT_ROOT } from "../support/project-files.ts";

const PLANS = join(import.meta.dirname, "plans");
const EXAMPLES = "infra/examples";

/** Every stack that this project shows, by its name. */
const STACKS = new Map([
  ...filesOf(".")
    .filter((file) => /^Pulumi\..+\.yaml$/.test(file))
    .map((file) => [file.slice("Pulumi.".length, -".yaml".length), file] as const),
  ...filesOf(EXAMPLES).map((file) => [basename(file, ".yaml"), `${EXAMPLES}/${file}`] as const),
]);

let few: ProjectCopy;
let all: ProjectCopy;
beforeAll(async () => {
  [few, all] = [await copyProject(), await copyProject({ allTransforms: true })];
});
afterAll(() => Promise.all([few, all].map((copy) => copy[Symbol.asyncDispose]())));

/** Of a few transforms, unless the stack says something of another one: what there is of each is the same. */
function projectOf(configFile: string): ProjectCopy {
  const config = readFileSync(configFile, "utf8");
  const others = filesOf("transforms")
    .map((file) => basename(file, ".ts"))
    .filter((name) => !existsSync(join(few.folder, "transforms", `${name}.ts`)));
  return others.some((name) => config.includes(`${name}:`)) ? all : few;
}

describe("the plan of a stack", () => {
  it.each([...STACKS])(
    "of %s (%s) is as written; to write it anew: npm test -- test/infra/plans.test.ts -u",
    async (stack, file) => {
      const configFile = join(PROJECT_ROOT, file);
      const resources = await plan(projectOf(configFile).folder, stack, { configFile });

      await expect(`${planTree(resources).join("\n")}\n`).toMatchFileSnapshot(join(PLANS, `${stack}.txt`));
    },
  );

  it("is written for no stack that there is not", () => {
    const written = filesOf("test/infra/plans").map((file) => basename(file, ".txt"));

    expect(written.filter((stack) => !STACKS.has(stack))).toEqual([]);
    expect(written).toContain("dev");
  });
});

function filesOf(folder: string): string[] {
  const path = join(PROJECT_ROOT, folder);
  return existsSync(path) ? readdirSync(path).sort() : [];
}
