import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf } from "../../runtime/errors.ts";
import { checkStackName } from "../stack-name.ts";

/** More than any stack's outputs take. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A stack's outputs, as the Pulumi CLI knows them from whichever backend it is logged in to. Throws an `Error` that says what to
 * do where there is no CLI (https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_output/).
 * @param stack its name, perhaps after that of its organisation and project
 */
export async function pulumiOutputs(projectFolder: string, stack: string): Promise<unknown> {
  checkStackName(stack.split("/").at(-1) ?? "");
  const args = ["stack", "output", "--json", "--stack", stack, "--non-interactive"];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd: projectFolder, maxBuffer: MAX_BYTES });
    return JSON.parse(stdout);
  } catch (cause) {
    if (isMissing(cause)) {
      throw new Error(
        `Expected the Pulumi CLI, which knows the outputs of stack ${stack}, found none. Give them in a file: --outputs FILE, as pulumi stack output --json prints them. For the machine that npm start serves there is --local.`,
        { cause },
      );
    }
    throw new Error(`Expected outputs of stack ${stack}, received: ${messageOf(cause).trim()}`, { cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
