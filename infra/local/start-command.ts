import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { runCommand, userPath } from "./command.ts";
import { deploy } from "./deploy.ts";
import { type FileReport, processFiles } from "./process-files.ts";

const USAGE = `npm start -- FILE... [--out DIR]

Deploys the stack on this machine, uploads the files, waits for every worker, and downloads the outputs.

  --out DIR       where outputs go, each under its key (default: out)
  --stack NAME    the stack, whose configuration is in Pulumi.NAME.yaml (default: dev)
  --time-scale N  how much faster queues' time passes: with 60, a minute's wait for a retry takes a second (default: 60)
  --seed N        decides the order in which independent resources are made (default: a random one)
  --logs DIR      keeps each function's log in a file there`;

await runCommand(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string", default: "out" },
      stack: { type: "string", default: "dev" },
      "time-scale": { type: "string", default: "60" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
      logs: { type: "string" },
    },
  });
  const files = positionals.map(userPath);
  await checkFiles(files);
  const queueTimeScale = readNumber("time-scale", values["time-scale"], 1);
  const seed = readNumber("seed", values.seed, 0);
  console.error(`Deploying stack ${values.stack} on this machine (seed ${seed})…`);
  const stack = await deploy({
    projectFolder: process.cwd(),
    stack: values.stack,
    seed,
    queueTimeScale,
    logFolder: values.logs && userPath(values.logs),
  });
  try {
    const out = userPath(values.out);
    const onWaiting = (awaited: readonly string[]) =>
      console.error(
        `Waiting for ${awaited.length}: ${awaited.slice(0, 3).join(", ")}${awaited.length > 3 ? ", …" : ""}`,
      );
    const reports = await processFiles(stack, files, {
      out,
      onWaiting,
      onReport: (report) => console.log(line(report)),
    });
    return reports.some(({ status }) => status === "failed") ? 1 : 0;
  } finally {
    await stack.machine.close();
  }
});

async function checkFiles(files: readonly string[]): Promise<void> {
  if (files.length === 0) throw new TypeError(`Expected at least one file, received none.\n\n${USAGE}`);
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile())
      throw new TypeError(`Expected a file, received ${file}, which is ${found ? "none" : "not there"}.`);
  }
  const names = files.map((file) => basename(file));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new TypeError(
      `Expected files of different names, since each is uploaded under its own, received ${repeated} twice.`,
    );
}

function readNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || text.trim() === "")
    throw new TypeError(`Expected a number of at least ${min} for --${flag}, received ${text}.`);
  return value;
}

/** `done     pixelate   photo.jpg   5 outputs  812 kB  240 ms` */
function line({ status, worker, file, outputs, durationMs, code, message, notes = [] }: FileReport): string {
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const made = `${outputs.length} ${outputs.length === 1 ? "output" : "outputs"}  ${Math.ceil(bytes / 1000)} kB`;
  const detail = code ? `${code}: ${message}` : status === "done" ? made : "";
  const time = durationMs === undefined ? "" : `  ${durationMs} ms`;
  return [`${status.padEnd(8)} ${worker.padEnd(12)} ${basename(file).padEnd(24)} ${detail}${time}`, ...notes].join(
    "  ",
  );
}
