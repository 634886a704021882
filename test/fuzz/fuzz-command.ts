import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pLimit from "p-limit";
import { runCommand, userPath } from "../../infra/command.ts";
import { readNumber } from "../../infra/number-flag.ts";
import { textTable } from "../../infra/text-table.ts";
import { readTransforms } from "../../runtime/registry.ts";
import { eventCase } from "./event-cases.ts";
import { runCases, SUBJECTS, type Subject, type Tally } from "./fuzz-cases.ts";
import { HOSTILE_IMAGES, HOSTILE_NAMES } from "./hostile-images.ts";
import { imageCase } from "./image-cases.ts";
import { runHostile, TRANSFORMS } from "./run-hostile.ts";

const USAGE = `npm run fuzz [-- --cases N | --minutes N] [--seed S] [--only images|events|DECODER|hostile] [--keep DIR]

Gives damaged images to each decoder and damaged events to the reader of messages, in processes of their own. Each case must end
in outputs, a skip or a failure with a code. Exits with 1 if one crashes, hangs, rejects without a handler or fails without a code.

  --cases N     how many for each decoder and for events (default: 10000)
  --minutes N   goes on with further cases for so long instead
  --seed S      decides the cases (default: 7)
  --only WHAT   images, events or one of ${SUBJECTS.filter((subject) => subject !== "events").join(", ")} (default: all);
                hostile gives small files that want much memory to some transforms, and tells what they took
  --keep DIR    where inputs of findings go (default: .image-machine/fuzz)`;

const HOSTILE_TRANSFORMS = ["thumbnail", "rotate", "pixelate"];

/** Cases of one process. */
const BATCH = 500;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      cases: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string", default: "7" },
      only: { type: "string", default: "all" },
      keep: { type: "string", default: ".image-machine/fuzz" },
    },
  });
  if (values.only === "hostile") return measureHostile();
  const seed = readNumber("seed", values.seed, 0);
  const deadline = values.minutes && performance.now() + readNumber("minutes", values.minutes, 0) * 60_000;
  const cases = deadline ? Number.MAX_SAFE_INTEGER : readNumber("cases", values.cases ?? "10000", 0);
  const tallies: Tally[] = [];
  const limit = pLimit(availableParallelism());
  const runAll = (from: number) =>
    Promise.all(
      subjectsOf(values.only).map((subject) =>
        limit(async () => {
          tallies.push(await runCases({ subject, seed, from, to: Math.min(from + BATCH, cases) }));
        }),
      ),
    );
  for (let from = 0; from < cases && !(deadline && performance.now() > deadline); from += BATCH) await runAll(from);

  const findings = tallies.flatMap(({ subject, findings }) => findings.map((finding) => ({ subject, ...finding })));
  console.log(textTable(rowsOf(tallies)).join("\n"));
  for (const finding of findings) {
    const file = await keep(userPath(values.keep), finding.subject as Subject, finding.number, seed);
    console.log(`${finding.subject} ${finding.number}: ${finding.outcome} (${file})`);
  }
  return findings.length > 0 ? 1 : 0;
});

/** How each hostile image ended in each of some transforms. Exits with 1 if one took more than its worker's memory. */
async function measureHostile(): Promise<number> {
  const transforms = await readTransforms(TRANSFORMS);
  const rows: string[][] = [];
  let isExceeded = false;
  for (const name of HOSTILE_NAMES) {
    const image = await HOSTILE_IMAGES[name]();
    for (const [transform, { outcome, peakMb, seconds }] of await runHostile(image, HOSTILE_TRANSFORMS)) {
      const { memoryMb } = transforms.get(transform).limits;
      isExceeded ||= peakMb > memoryMb || outcome.startsWith("CRASH");
      rows.push([name, String(image.length), transform, String(peakMb), String(memoryMb), seconds.toFixed(2), outcome]);
    }
  }
  console.log(
    textTable([["image", "bytes", "transform", "peak MB", "of MB", "seconds", "outcome"], ...rows]).join("\n"),
  );
  return isExceeded ? 1 : 0;
}

function subjectsOf(only: string): readonly Subject[] {
  if (only === "all") return SUBJECTS;
  if (only === "images") return SUBJECTS.filter((subject) => subject !== "events");
  const subject = SUBJECTS.find((candidate) => candidate === only);
  if (subject) return [subject];
  throw new TypeError(`Expected images, ${SUBJECTS.join(", ")} for --only, received ${only}.`);
}

function rowsOf(tallies: readonly Tally[]): string[][] {
  const rows = [...Map.groupBy(tallies, ({ subject }) => subject)].flatMap(([subject, own]) => {
    const cases = own.reduce((sum, tally) => sum + tally.cases, 0);
    const peakMb = Math.max(...own.map((tally) => tally.peakMb));
    const names = [...new Set(own.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort();
    return names.map((name, index) => [
      ...(index === 0 ? [subject, String(cases), String(peakMb)] : ["", "", ""]),
      String(own.reduce((sum, { outcomes }) => sum + (outcomes[name] ?? 0), 0)),
      name,
    ]);
  });
  return [["subject", "cases", "peak MB", "ended", "outcome"], ...rows];
}

async function keep(folder: string, subject: Subject, number: number, seed: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${subject}-${seed}-${number}`);
  await writeFile(file, subject === "events" ? eventCase(number, seed) : await imageCase(subject, number, seed));
  return file;
}
