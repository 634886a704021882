import { existsSync, readdirSync } from "node:fs";
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

let project: ProjectCopy;
beforeAll(async () => {
  project = await copyProject({ allTransforms: true });
});
afterAll(() => project[Symbol.asyncDispose]());

describe("the plan of a stack", () => {
  it.each([...STACKS])(
    "of %s (%s) is as written; to write it anew: npm test -- test/infra/plans.test.ts -u",
    async (stack, file) => {
      const resources = await plan(project.folder, stack, { configFile: join(PROJECT_ROOT, file) });

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
