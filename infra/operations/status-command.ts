import { parseArgs } from "node:util";
import { runCommand, untilStopped } from "../command.ts";
import { findStack, STACK_FLAGS, STACK_USAGE } from "./find-stack.ts";
import { type StackStatus, statusOf } from "./status.ts";
import { statusTable } from "./status-table.ts";

const USAGE = `npm run status -- [--stack NAME] [--json]

Shows how a stack's workers stand: what waits, what is in flight, what failed by its codes, and what could not be delivered; of
the machine that npm start serves also the age of the oldest message, and what was done since it started.

${STACK_USAGE}
  --json          everything, for machines`;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({ args, options: { ...STACK_FLAGS, json: { type: "boolean", default: false } } });
  const signal = untilStopped();
  using stack = await findStack(values);
  // The machine knows more than its queues tell.
  const status = stack.machine
    ? ((await stack.machine.ask("status")) as StackStatus)
    : await statusOf(stack, { ...stack, signal });
  const lines = [stack.title, "", ...statusTable(status.workers)];
  console.log(values.json ? JSON.stringify(status, null, 2) : lines.join("\n"));
  return 0;
});
