import { parseArgs } from "node:util";
import { runCommand } from "../command.ts";
import { readAddress, stateFolder } from "../machine-address.ts";
import { textTable } from "../text-table.ts";
import type { MachineStatus, WorkerStatus } from "./status.ts";

const USAGE = `npm run status -- [--stack dev] [--json]

Shows how the workers of the machine that npm start serves stand: what waits, what failed, and what was done since it started.

  --stack NAME  the stack (default: dev)
  --json        everything, for machines`;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: { stack: { type: "string", default: "dev" }, json: { type: "boolean", default: false } },
  });
  const status = await readStatus(stateFolder(process.cwd(), values.stack));
  if (!status)
    throw new Error(`Expected a machine that serves stack ${values.stack}, found none. Start it with npm start.`);
  console.log(values.json ? JSON.stringify(status, null, 2) : table(status).join("\n"));
  return 0;
});

/** `undefined` if no machine runs: what a killed one left behind leads nowhere. */
async function readStatus(folder: string): Promise<MachineStatus | undefined> {
  const address = readAddress(folder);
  if (!address) return undefined;
  const headers = { authorization: `Bearer ${address.token}` };
  const response = await fetch(address.statusUrl, { headers }).catch(() => undefined);
  // Another program may have the port by now.
  if (!response || response.status === 403 || response.status === 404) return undefined;
  if (!response.ok) throw new Error(`Expected a status, received ${response.status}: ${await response.text()}`);
  return response.json() as Promise<MachineStatus>;
}

function table({ stack, endpoint, workers }: MachineStatus): string[] {
  const head = ["worker", "waiting", "in flight", "oldest", "done", "skipped", "removed", "failed", "dead letters"];
  return [`Stack ${stack} at ${endpoint}`, "", ...textTable([head, ...workers.map(cells)])];
}

function cells({ worker, waiting, inFlight, oldestSeconds, deadLetters, ...counts }: WorkerStatus): string[] {
  const codes = Object.entries(deadLetters).map(([code, count]) => `${count} ${code}`);
  const { done, skipped, removed, failed } = counts;
  return [
    worker,
    ...[waiting, inFlight].map(String),
    oldestSeconds === null ? "-" : `${oldestSeconds} s`,
    ...[done, skipped, removed, failed].map(String),
    codes.join(", ") || "-",
  ];
}
