import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCommand, untilStopped, userPath } from "../command.ts";
import { readNumber } from "../number-flag.ts";
import { runFiles } from "./run-files.ts";
import { serve } from "./serve.ts";

const USAGE = `npm start [-- --port N]
npm start -- FILE... [--out DIR] [--prefix P] [--only NAME,...] [--sheet FILE]

Deploys the stack on this machine. Without files it serves until Ctrl-C, keeps its state in .image-machine/, and redeploys
workers whose sources are saved. With files it uploads them, waits for every worker, downloads the outputs, and keeps nothing.
Mail that the stack sends is kept in .image-machine/mail/, whoever it is for.

  --port N        where S3, SNS and SQS are served (default: 4566)
  --verbose       prints the functions' logs as they come
  --out DIR       where outputs go, each under its key (default: out)
  --prefix P      what comes before each file's name in the key of its upload, as avatars/ (default: nothing)
  --only NAMES    the workers whose results are awaited, told and downloaded, as resize,rotate (default: all)
  --sheet FILE    a contact sheet, as sheet.png: each file and its outputs side by side, with sizes and times
  --stack NAME    the stack, whose configuration is in Pulumi.NAME.yaml (default: dev)
  --config FILE   configures the stack by this file of the same format, in place of Pulumi.NAME.yaml
  --time-scale N  how much faster queues' time passes: with 60, a minute's wait for a retry takes a second (default: 60)
  --seed N        decides the order in which independent resources are made (default: a random one)
  --logs DIR      keeps each function's log in a file there (default: with files none, else .image-machine/logs)`;

await runCommand(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: "string", default: "4566" },
      verbose: { type: "boolean", default: false },
      out: { type: "string", default: "out" },
      prefix: { type: "string", default: "" },
      only: { type: "string" },
      sheet: { type: "string" },
      stack: { type: "string", default: "dev" },
      config: { type: "string" },
      "time-scale": { type: "string", default: "60" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
      logs: { type: "string" },
    },
  });
  const projectFolder = process.cwd();
  const deployment = {
    projectFolder,
    configFile: values.config === undefined ? undefined : userPath(values.config),
    mailFolder: join(projectFolder, ".image-machine", "mail"),
    queueTimeScale: readNumber("time-scale", values["time-scale"], 1),
    seed: readNumber("seed", values.seed, 0),
  };
  const port = readNumber("port", values.port, 0);
  const logFolder = values.logs && userPath(values.logs);
  const announce = () => console.error(`Deploying stack ${values.stack} on this machine (seed ${deployment.seed})…`);
  if (positionals.length > 0) {
    const options = {
      ...deployment,
      stack: values.stack,
      logFolder,
      out: userPath(values.out),
      prefix: values.prefix,
      only: values.only?.split(",") ?? [],
      sheet: values.sheet === undefined ? undefined : sheetPath(values.sheet),
      signal: untilStopped(),
    };
    return runFiles(positionals.map(userPath), options, announce);
  }
  if (values.only !== undefined || values.sheet !== undefined)
    throw new TypeError("Expected files with --only and --sheet, received none.");
  announce();
  await serve({
    ...deployment,
    stackName: values.stack,
    port,
    logFolder: logFolder ?? join(projectFolder, ".image-machine", "logs"),
    verbose: values.verbose,
    print: (line) => console.log(line),
    signal: untilStopped(),
  });
  return 0;
});

function sheetPath(path: string): string {
  if (!path.toLowerCase().endsWith(".png"))
    throw new TypeError(`Expected a file that ends in .png for --sheet, received ${path}.`);
  return userPath(path);
}
