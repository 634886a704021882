import { parseArgs } from "node:util";
import { runCommand } from "./command.ts";
import { type PlannedResource, plan } from "./plan.ts";

const USAGE = `npm run plan -- [--stack dev] [--json]

Shows what the Pulumi program registers for a stack. Nothing is created.

  --stack NAME  the stack, whose configuration is in Pulumi.NAME.yaml (default: dev)
  --json        one array of { type, name, parent, dependsOn, inputs }`;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: { stack: { type: "string", default: "dev" }, json: { type: "boolean", default: false } },
  });
  const resources = await plan(process.cwd(), values.stack);
  console.log(
    values.json
      ? JSON.stringify(resources, null, 2)
      : `${tree(resources, null).join("\n")}\n\n${totals(resources).join("\n")}`,
  );
  return 0;
});

function tree(resources: readonly PlannedResource[], parent: string | null, indent = ""): string[] {
  return resources
    .filter((resource) => resource.parent === parent)
    .flatMap(({ type, name }) => [
      `${indent}${name}  ${shortType(type)}`,
      ...tree(resources, `${type}::${name}`, `${indent}  `),
    ]);
}

function totals(resources: readonly PlannedResource[]): string[] {
  const byType = Map.groupBy(resources, ({ type }) => shortType(type));
  const lines = [...byType].map(([type, { length }]) => `${String(length).padStart(4)}  ${type}`).sort();
  return [...lines, `${String(resources.length).padStart(4)}  resources`];
}

/** `aws:sqs/queue:Queue` is `aws.sqs.Queue` in a program. */
function shortType(type: string): string {
  const [packageName, module = "", name] = type.split(":");
  return `${packageName}.${module.split("/")[0]}.${name}`;
}
