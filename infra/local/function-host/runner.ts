/**
 * What a function's process runs: the part of Lambda's Node.js runtime around a handler, with nothing of
 * the host's own loaders. See `runner-file.ts`.
 */
import process from "node:process";
import type { HandlerError, InvocationRequest, RuntimeAnswer } from "./invocation.ts";
import { type LambdaHandler, loadHandler } from "./load-handler.ts";

const { env } = process;
const answer = takeChannel();
// The host decides when a function ends: Ctrl-C in a terminal reaches every process that it started.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());

try {
  const handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? "", env._HANDLER ?? "");
  process.on("message", async (request: InvocationRequest) => answer(await run(handler, request)));
  answer({ kind: "loaded" });
} catch (thrown) {
  console.error("Init Error", thrown);
  answer({ kind: "notLoaded", error: describe(thrown) });
}

/** Leaves the handler no way to answer but its own. */
function takeChannel(): (message: RuntimeAnswer) => void {
  const send = process.send?.bind(process);
  if (!send) throw new Error("Expected a channel to the function's host, found none.");
  delete process.send;
  return (message) => void send(message);
}

async function run(handler: LambdaHandler, request: InvocationRequest): Promise<RuntimeAnswer> {
  try {
    const value = await handler(JSON.parse(request.event), contextOf(request));
    return { kind: "returned", value: JSON.stringify(value) ?? "null" };
  } catch (thrown) {
    console.error("Invoke Error", thrown);
    return { kind: "threw", error: describe(thrown) };
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ requestId, functionArn, deadline }: InvocationRequest) {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    invokedFunctionArn: functionArn,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  };
}

function describe(thrown: unknown): HandlerError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
  const { name, message, stack } = thrown;
  return { errorType: name, errorMessage: message, ...(stack !== undefined && { stack }) };
}
