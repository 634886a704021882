import { parseArgs } from "node:util";
import { runCommand, userPath } from "../command.ts";
import { plan } from "./plan.ts";
import { planSizes } from "./plan-sizes.ts";
import { planTotals, planTree } from "./plan-tree.ts";

const USAGE = `npm run plan -- [--stack dev] [--config FILE] [--json]

Shows what the Pulumi program registers for a stack, and how much code that is. Nothing is created.

  --stack NAME   the stack, whose configuration is in Pulumi.NAME.yaml (default: dev)
  --config FILE  configures the stack by this file of the same format, in place of Pulumi.NAME.yaml
  --json         one array of { type, name, parent, dependsOn, inputs }; code is { path, sha256, bytes, zippedBytes }`;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", default: "dev" },
      config: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const configFile = values.config === undefined ? undefined : userPath(values.config);
  const resources = await plan(process.cwd(), values.stack, { configFile });
  if (values.json) console.log(JSON.stringify(resources, null, 2));
  else console.log([planTree(resources), planTotals(resources), planSizes(resources)].map(paragraph).join("\n"));
  return 0;
});

function paragraph(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
