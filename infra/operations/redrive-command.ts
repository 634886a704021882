import { parseArgs } from "node:util";
import { runCommand, untilStopped } from "../command.ts";
import { readNumber } from "../number-flag.ts";
import { chooseWorkers } from "./choose-workers.ts";
import { findStack, STACK_FLAGS, STACK_USAGE } from "./find-stack.ts";
import { REAL_CLOCK } from "./pace.ts";
import { Progress } from "./progress.ts";
import { type RedriveReport, redrive } from "./redrive.ts";

const USAGE = `npm run redrive -- [--stack NAME] [--worker W] [--code C] [--rate N] [--dry-run]

Sends uploads that workers gave up on to them again: counts dead letters by their codes, then moves them to the worker's queue.
Each is sent before it is deleted. What fails again is a dead letter again. Those that SNS or EventBridge could not deliver have
the code UNDELIVERED.

${STACK_USAGE}
  --worker W      those of this worker alone
  --code C        those with this code alone, as SOURCE_CORRUPT
  --rate N        at most so many messages a second (default: 20)
  --dry-run       counts alone`;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      ...STACK_FLAGS,
      worker: { type: "string" },
      code: { type: "string" },
      rate: { type: "string", default: "20" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const { code, "dry-run": dryRun } = values;
  const rate = readNumber("rate", values.rate, 0.1);
  const signal = untilStopped();
  using stack = await findStack(values);
  console.log(`Redriving ${stack.title}${dryRun ? ", as a dry run" : ""}.`);
  const reports: RedriveReport[] = [];
  for (const worker of chooseWorkers(stack, values.worker)) {
    const print = (line: string) => console.log(`${worker.name.padEnd(12)} ${line}`);
    const progress = new Progress();
    let moved = 0;
    const options = {
      sqs: stack.sqs,
      code,
      rate,
      dryRun,
      clock: REAL_CLOCK,
      signal,
      onFound: (byCode: Readonly<Record<string, number>>) => print(foundLine(byCode)),
      onMoved: (count: number) => {
        moved = count;
        progress.tell(() => `${worker.name}: ${moved} moved`);
      },
    };
    const report = await redrive(worker, options).catch((error) => {
      if (!signal.aborted) throw error;
      throw new Error(`Stopped: ${moved} of worker ${worker.name} were moved, the rest is where it was.`);
    });
    if (report.chosen > 0) print(endLine(report, dryRun));
    for (const { letter, reason } of report.stuck) print(`not moved: message ${letter.messageId}: ${reason}`);
    reports.push(report);
  }
  return reports.some(({ stuck }) => stuck.length > 0) ? 1 : 0;
});

function foundLine(byCode: Readonly<Record<string, number>>): string {
  const counts = Object.entries(byCode).map(([code, count]) => `${count} ${code}`);
  return counts.length > 0 ? `dead letters: ${counts.join(", ")}` : "no dead letters";
}

function endLine({ chosen, moved, stuck }: RedriveReport, dryRun: boolean): string {
  if (dryRun) return `would move ${chosen}`;
  const gone = chosen - moved - stuck.length;
  return `moved ${moved} of ${chosen}${gone > 0 ? `; ${gone} were taken by somebody else meanwhile` : ""}`;
}
