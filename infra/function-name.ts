import * as pulumi from "@pulumi/pulumi";
import { MAX_FUNCTION_NAME_LENGTH } from "./lambda-limits.ts";

/**
 * The name of a function of this stack: known before the function is made, as is that of the log group that waits for it.
 * Throws a `RunError` if it is longer than Lambda takes.
 */
export function functionNameOf(part: string): string {
  const name = `${pulumi.getProject()}-${pulumi.getStack()}-${part}`;
  if (name.length > MAX_FUNCTION_NAME_LENGTH) {
    throw new pulumi.RunError(
      `Expected function names of at most ${MAX_FUNCTION_NAME_LENGTH} characters, which is what Lambda takes, received ${name}. Give the stack a shorter name.`,
    );
  }
  return name;
}
