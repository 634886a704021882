import { parseArgs } from "node:util";
import { runCommand, untilStopped } from "../command.ts";
import { readNumber } from "../number-flag.ts";
import { type BackfillOptions, backfill, checkApart, countUploads } from "./backfill.ts";
import { BackfillNotes } from "./backfill-notes.ts";
import { estimateLine, lookingLine, reportLines, stoppedLine } from "./backfill-report.ts";
import { chooseWorkers } from "./choose-workers.ts";
import { ASSUMPTIONS } from "./estimate.ts";
import { type FoundStack, findStack, STACK_FLAGS, STACK_USAGE } from "./find-stack.ts";
import { REAL_CLOCK } from "./pace.ts";
import { Progress } from "./progress.ts";
import type { OperatedWorker } from "./stack-outputs.ts";

const USAGE = `npm run backfill -- [--stack NAME] [--worker W] [--prefix P] [--rate N] [--dry-run]

Has workers work on uploads that are there already: lists the uploads bucket, and sends each upload whose outputs are missing or
out of date to the queue of the worker alone. Another run finds nothing to do. Ctrl-C stops; the next run goes on from there.

${STACK_USAGE}
  --worker W      this worker alone (default: each of them)
  --prefix P      uploads whose keys start so, below the stack's prefix (default: all)
  --rate N        at most so many messages a second for each worker (default: 50)
  --limit N       at most so many messages for each worker (default: as many as it takes)
  --again         sends uploads again too that an earlier backfill sent and that have no outputs
  --dry-run       looks at everything and sends nothing`;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      ...STACK_FLAGS,
      worker: { type: "string" },
      prefix: { type: "string", default: "" },
      rate: { type: "string", default: "50" },
      limit: { type: "string", default: "1e15" },
      again: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const rate = readNumber("rate", values.rate, 0.1);
  const limit = readNumber("limit", values.limit, 1);
  const { prefix, again, "dry-run": dryRun } = values;
  const signal = untilStopped();
  using stack = await findStack(values);
  checkApart(stack);
  const places = `s3://${stack.uploadsBucket}/${stack.uploadsPrefix}${prefix}`;
  console.log(`Backfilling ${stack.title} from ${places}${dryRun ? ", as a dry run" : ""}; ${ASSUMPTIONS}.`);
  let exitCode = 0;
  for (const worker of chooseWorkers(stack, values.worker)) {
    const notes = await BackfillNotes.read(stack.notesFolder, { worker: worker.name, digest: worker.digest, prefix });
    if (again) notes.clear();
    const { s3, sqs } = stack;
    const options = { s3, sqs, notes, prefix, rate, limit, dryRun, clock: REAL_CLOCK, signal };
    exitCode = Math.max(exitCode, await backfillWorker(stack, worker, options));
  }
  return exitCode;
});

async function backfillWorker(
  stack: FoundStack,
  worker: OperatedWorker,
  options: Omit<BackfillOptions, "onProgress">,
): Promise<number> {
  const print = (line: string) => console.log(`${worker.name.padEnd(12)} ${line}`);
  const { notes, rate, dryRun, signal } = options;
  let sent = 0;
  const progress = new Progress();
  const onProgress: BackfillOptions["onProgress"] = (report) => {
    sent = report.sent;
    const looked = Object.values(report.found).reduce((sum, count) => sum + count, 0);
    progress.tell(() => `${worker.name}: ${looked} looked at, ${sent} sent`);
  };
  try {
    if (notes.after !== undefined) print(`goes on after ${notes.after}`);
    const counts = await countUploads(stack, worker, { ...options, onProgress });
    print(lookingLine(worker, counts));
    if (!dryRun) print(`at most ${estimateLine(worker, counts.selected, rate)}`);
    const report = await backfill(stack, worker, { ...options, onProgress });
    for (const line of reportLines(worker, report, options)) print(line);
    return report.refused.length > 0 ? 1 : 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(stoppedLine(worker, sent, notes.after));
  }
}
