import type { Transform } from "../../runtime/contract.ts";
import { type CheckedOutput, runTransform } from "../../runtime/run-transform.ts";
import { DEFAULT_INPUT_LIMITS, type InputLimits } from "../../runtime/settings.ts";
import type { OpenedSource } from "../../runtime/source.ts";
import { sharedCanvases, silentLog } from "./contexts.ts";

interface Given<Options> {
  readonly options?: Options;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<InputLimits>;
  /** Called with each output before the next is asked for. */
  readonly each?: (output: CheckedOutput) => void;
}

/** All outputs of one run of a transform. */
export async function collectOutputs<Options>(
  transform: Transform<Options>,
  source: OpenedSource,
  { options, signal = new AbortController().signal, limits, each = () => {} }: Given<Options> = {},
): Promise<CheckedOutput[]> {
  const run = {
    options: options as Options,
    signal,
    log: silentLog,
    lanes: () => 2,
    canvases: sharedCanvases,
    limits: { ...DEFAULT_INPUT_LIMITS, ...limits },
  };
  const outputs: CheckedOutput[] = [];
  for await (const output of runTransform(transform, source, run)) {
    each(output);
    outputs.push(output);
  }
  return outputs;
}
