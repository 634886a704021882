import { PipelineError } from "../errors.ts";

/** What is wrong with a GIF that cannot be decoded. */
export function corrupt(expected: string, received: string): PipelineError {
  return new PipelineError("SOURCE_CORRUPT", `Expected ${expected}, received ${received}.`);
}
