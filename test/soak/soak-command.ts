import { parseArgs } from "node:util";
import { runCommand, userPath } from "../../infra/command.ts";
import { FAULTS, readFaultKinds } from "../../infra/local/faults/fault-kinds.ts";
import { readNumber, readWhole } from "../../infra/number-flag.ts";
import { balanceSheet, isBalanced } from "./balance-sheet.ts";
import { keepReport } from "./keep-report.ts";
import { runSoak } from "./run-soak.ts";
import { PARTS } from "./soak-stack.ts";

const USAGE = `npm run soak [-- --uploads N] [--faults all|none|LIST] [--frequency X] [--seed N] [--keep DIR] [--without ${PARTS.join("|")}]

Uploads, overwrites and removes small images on this machine while faults hit, waits until every queue is empty, and counts in
the buckets and dead-letter queues themselves what became of each upload in each worker. Exits with 1 if that does not balance.

  --uploads N     how many uploads, some of which replace others (default: 2000)
  --faults LIST   faults with commas between, all or none (default: all)
  --frequency X   how often faults hit: 0.1 is a tenth of the usual (default: 1)
  --seed N        decides the uploads and which requests go wrong (default: 7)
  --keep DIR      keeps what was counted there, as JSON
  --without PART  runs without a part of the runtime, to see what the count finds then

Faults:
${Object.entries(FAULTS)
  .map(([kind, means]) => `  ${kind.padEnd(24)}${means}`)
  .join("\n")}`;

const FRAGILE_SECONDS = 4;
const DRAIN_SECONDS = 600;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      uploads: { type: "string", default: "2000" },
      faults: { type: "string", default: "all" },
      frequency: { type: "string", default: "1" },
      seed: { type: "string", default: "7" },
      keep: { type: "string" },
      without: { type: "string" },
    },
  });
  const part = PARTS.find((candidate) => candidate === values.without);
  if (values.without !== undefined && !part)
    throw new TypeError(`Expected ${PARTS.join(", ")} for --without, received ${values.without}.`);
  const report = await runSoak({
    uploads: readWhole("uploads", values.uploads, 1),
    seed: readWhole("seed", values.seed, 0),
    faults: readFaultKinds(values.faults),
    frequency: readNumber("frequency", values.frequency, 0),
    without: part ? [part] : [],
    fragileSeconds: FRAGILE_SECONDS,
    drainSeconds: DRAIN_SECONDS,
    onProgress: (line) => console.error(line),
  });
  console.log(balanceSheet(report).join("\n"));
  if (values.keep !== undefined) await keepReport(userPath(values.keep), report);
  return isBalanced(report) ? 0 : 1;
});
