import type { Context } from "aws-lambda";
import { Canvases } from "../../runtime/canvases.ts";
import type { Log } from "../../runtime/contract.ts";
import type { Run } from "../../runtime/run-transform.ts";
import { DEFAULT_INPUT_LIMITS, type InputLimits } from "../../runtime/settings.ts";

/** A Lambda invocation's context with this much time left. */
export function lambdaContext(remainingMs = 60_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: "preview",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:preview",
    memoryLimitInMB: "512",
    awsRequestId: "00000000-0000-4000-8000-000000000000",
    logGroupName: "/aws/lambda/preview",
    logStreamName: "stream",
    getRemainingTimeInMillis: () => remainingMs,
    done() {},
    fail() {},
    succeed() {},
  };
}

export const silentLog: Log = { debug() {}, info() {}, warn() {} };

/** As a function's, used again by all that one process runs: what is left undrawn shows what another image drew. */
const canvases = new Canvases(Infinity);

export interface RunGiven {
  readonly signal?: AbortSignal;
  readonly limits?: Partial<InputLimits>;
}

/** What a transform is run with, as in a function that has a core to spare. */
export function runContext<Options>(
  options: Options,
  { signal = new AbortController().signal, limits }: RunGiven = {},
): Run<Options> {
  return { options, signal, log: silentLog, lanes: () => 2, canvases, limits: { ...DEFAULT_INPUT_LIMITS, ...limits } };
}
