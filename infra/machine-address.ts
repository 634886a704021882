import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkStackName } from "./stack-name.ts";

/** Where a running machine can be found, as it wrote down beside its state. */
export interface MachineAddress {
  readonly processId: number;
  /** Of S3, SNS and SQS. */
  readonly endpoint: string;
  readonly statusUrl: string;
  /** Without which the status is not told. */
  readonly token: string;
}

const FILE = "machine.json";

/** The folder of a stack's state. Throws a `TypeError` if the stack can't have that name. */
export function stateFolder(projectFolder: string, stack: string): string {
  checkStackName(stack);
  return join(projectFolder, ".image-machine", "state", stack);
}

export function writeAddress(folder: string, address: MachineAddress): void {
  // The token is for this user alone.
  writeFileSync(join(folder, FILE), JSON.stringify(address), { mode: 0o600 });
}

/** The address that the last machine wrote, which may be gone since; `undefined` if it ended in order, or never ran. */
export function readAddress(folder: string): MachineAddress | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8"));
  } catch {
    return undefined;
  }
}

export function removeAddress(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}
