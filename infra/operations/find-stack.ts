import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../runtime/errors.ts";
import { userPath } from "../command.ts";
import { stateFolder } from "../machine-address.ts";
import { type Clients, connect } from "./clients.ts";
import { pulumiOutputs } from "./pulumi-outputs.ts";
import { findMachine, type ServingMachine } from "./serving-machine.ts";
import { type OperatedStack, readStackOutputs } from "./stack-outputs.ts";

/** The flags by which each operation is told its stack, for `parseArgs`. */
export const STACK_FLAGS = {
  stack: { type: "string" },
  outputs: { type: "string" },
  local: { type: "boolean", default: false },
} as const;

/** A stack's name that stands for the machine here. */
const LOCAL = "local";

/** How they are explained. */
export const STACK_USAGE = `  --stack NAME    a deployed stack; the Pulumi CLI tells its outputs, and AWS credentials come from the environment
  --outputs FILE  a deployed stack, by what pulumi stack output --json printed: no Pulumi CLI is needed
  --local         the machine that npm start serves, of the stack that --stack names (default: dev); so without any of these,
                  and with --stack local`;

export interface StackChoice {
  readonly stack?: string | undefined;
  readonly outputs?: string | undefined;
  readonly local: boolean;
}

/** A stack that runs somewhere, and what is needed to work on it. */
export interface FoundStack extends OperatedStack, Clients {
  /** How people are told of it. */
  readonly title: string;
  /** The machine that serves it, if it is not on AWS. */
  readonly machine?: ServingMachine;
  /** Where an operation notes how far it came. */
  readonly notesFolder: string;
}

/** Finds a stack by its outputs. Throws if it is not there. */
export async function findStack(choice: StackChoice, projectFolder = process.cwd()): Promise<FoundStack> {
  const { stack, outputs, local } = choice;
  if (outputs !== undefined && (local || stack !== undefined))
    throw new TypeError(`Expected --outputs alone, received ${local ? "--local" : "--stack"} too.`);
  if (outputs !== undefined) return ofFile(outputs, projectFolder);
  const isHere = local || stack === undefined || stack === LOCAL;
  const named = stack === LOCAL ? undefined : stack;
  return isHere ? ofMachine(named ?? "dev", projectFolder) : ofPulumi(stack, projectFolder);
}

async function ofMachine(stack: string, projectFolder: string): Promise<FoundStack> {
  const machine = await findMachine(projectFolder, stack);
  const { endpoint } = machine;
  const operated = readStackOutputs(await machine.ask("outputs"), `stack ${stack} at ${endpoint}`);
  const title = `stack ${stack} at ${endpoint}`;
  // With the state that they are of, they come and go.
  const notesFolder = join(stateFolder(projectFolder, stack), "backfill");
  return { ...operated, ...connect({ region: operated.region, endpoint }), title, machine, notesFolder };
}

async function ofPulumi(stack: string, projectFolder: string): Promise<FoundStack> {
  const operated = readStackOutputs(await pulumiOutputs(projectFolder, stack), `stack ${stack}`);
  return onAws(operated, `stack ${stack} in ${operated.region}`, projectFolder);
}

async function ofFile(file: string, projectFolder: string): Promise<FoundStack> {
  const operated = readStackOutputs(await readJson(userPath(file)), file);
  return onAws(operated, `stack of ${operated.uploadsBucket} in ${operated.region}`, projectFolder);
}

/** Where outputs are is no other stack's place, however this one was found. */
function onAws(operated: OperatedStack, title: string, projectFolder: string): FoundStack {
  const place = encodeURIComponent(`${operated.outputsBucket}/${operated.outputsPrefix}`);
  const notesFolder = join(projectFolder, ".image-machine", "backfill", place);
  return { ...operated, ...connect(operated), title, notesFolder };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new TypeError(`Expected stack outputs as JSON in ${file}, received: ${messageOf(cause)}`, { cause });
  }
}
