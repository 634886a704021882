import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { runCommand, userPath } from "../../infra/command.ts";
import { JOBS } from "./jobs.ts";
import { MEMORY_JOBS } from "./memory-jobs.ts";
import { benchTable } from "./report/table.ts";
import { chooseJobs, runBench } from "./run-bench.ts";

const USAGE = "";
const ROUNDS = 15;
await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: "string", multiple: true, default: [] },
      rounds: { type: "string", default: String(ROUNDS) },
    },
  });
  const results = await runBench({
    ...chooseJobs(values.only),
    rounds: Number(values.rounds),
    onProgress: console.error,
  });
  console.log(benchTable(results).join("\n"));
  await writeFile("/tmp/results.json", JSON.stringify(results, null, 2));
  return results.failures.length > 0 ? 1 : 0;
});
