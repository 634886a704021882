import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { runCommand, userPath } from "../../infra/command.ts";
import { readNumber } from "../../infra/number-flag.ts";
import { PROJECT_ROOT } from "../support/project-files.ts";
import { runCold } from "./cold/run-cold.ts";
import { JOBS } from "./jobs.ts";
import { MEMORY_JOBS } from "./memory-jobs.ts";
import { benchPicture } from "./report/picture.ts";
import { README_PICTURE, README_RESULTS } from "./report/readme.ts";
import { benchTable } from "./report/table.ts";
import { type BenchResults, joinResults } from "./results.ts";
import { chooseJobs, quickly, runBench } from "./run-bench.ts";

const ALL_JOBS = { ...JOBS, ...MEMORY_JOBS };
const NAME_WIDTH = Math.max(...Object.keys(ALL_JOBS).map(({ length }) => length)) + 2;
const JOB_LINES = Object.entries(ALL_JOBS).map(([name, { title }]) => `  ${name.padEnd(NAME_WIDTH)}${title}`);

const ROUNDS = { all: 15, quick: 3 };

const USAGE = `npm run bench [-- cold] [--only NAME]… [--rounds N] [--quick] [--json] [--keep FILE] [--svg FILE] [--readme]

Measures transforms side by side with the classic Pillow handlers, with bare sharp and with the least that can be done. Checks
what they make, and exits with 1 if that is wrong; not for a target that is missed.

  cold         how long functions take to start, and how large they are, instead
  --only NAME  the jobs whose names begin so; may be repeated
  --rounds N   how often each job is measured (default: ${ROUNDS.all})
  --quick      ${ROUNDS.quick} rounds, and nothing of 24 or 100 megapixels
  --json       everything, for machines
  --keep FILE  keeps everything there, as JSON
  --svg FILE   draws a picture of the comparison there
  --from FILE  measures nothing, and shows what was kept there
  --readme     all of it, for the README: ${README_RESULTS} and ${README_PICTURE}

Jobs:
${JOB_LINES.join("\n")}`;

await runCommand(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      keep: { type: "string" },
      svg: { type: "string" },
      from: { type: "string" },
      readme: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((word) => word !== "cold");
  if (unknown !== undefined) throw new TypeError(`Expected cold or nothing, received ${unknown}.`);
  const defaultRounds = values.quick ? ROUNDS.quick : ROUNDS.all;
  const rounds = values.rounds === undefined ? defaultRounds : Math.ceil(readNumber("rounds", values.rounds, 1));

  const measure = async (): Promise<BenchResults> => {
    const onProgress = (line: string) => console.error(line);
    const chosen = chooseJobs(values.only);
    const warm = () => runBench({ ...(values.quick ? quickly(chosen) : chosen), rounds, onProgress });
    if (values.readme) return joinResults(await warm(), await runCold(rounds, onProgress));
    return positionals.includes("cold") ? runCold(rounds, onProgress) : warm();
  };
  const results =
    values.from === undefined ? await measure() : JSON.parse(await readFile(userPath(values.from), "utf8"));

  console.log(values.json ? JSON.stringify(results, null, 2) : benchTable(results).join("\n"));
  const readmeFiles = [README_RESULTS, README_PICTURE].map((path) => join(PROJECT_ROOT, path));
  const [kept, drawn] = values.readme ? readmeFiles : [values.keep, values.svg];
  if (kept !== undefined) await write(kept, `${JSON.stringify(results, null, 2)}\n`);
  if (drawn !== undefined) await write(drawn, benchPicture(results));
  return results.failures.length > 0 ? 1 : 0;
});

async function write(path: string, text: string): Promise<void> {
  const file = userPath(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
