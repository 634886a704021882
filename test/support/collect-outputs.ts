import type { Transform } from "../../runtime/contract.ts";
import { type CheckedOutput, runTransform } from "../../runtime/run-transform.ts";
import type { OpenedSource } from "../../runtime/source.ts";
import { type RunGiven, runContext } from "./contexts.ts";

interface Given<Options> extends RunGiven {
  readonly options?: Options;
  /** Called with each output before the next is asked for. */
  readonly each?: (output: CheckedOutput) => void;
}

/** All outputs of one run of a transform. */
export async function collectOutputs<Options>(
  transform: Transform<Options>,
  source: OpenedSource,
  { options, each = () => {}, ...given }: Given<Options> = {},
): Promise<CheckedOutput[]> {
  const run = runContext(options as Options, given);
  const outputs: CheckedOutput[] = [];
  for await (const output of runTransform(transform, source, run)) {
    each(output);
    outputs.push(output);
  }
  return outputs;
}
