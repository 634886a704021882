import type { Context } from "aws-lambda";
import { Canvases } from "../../runtime/canvases.ts";
import type { Log } from "../../runtime/contract.ts";

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
export const sharedCanvases = new Canvases(Infinity);
