import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Milliseconds from the start of a Node process until it has ended, having loaded what it was told to. Throws if it fails. */
export async function startupOf(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  const start = performance.now();
  await run(process.execPath, args, { env: { ...bareEnvironment(), ...environment } });
  return performance.now() - start;
}

export async function outputOf(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  return (await run(process.execPath, args, { env: { ...bareEnvironment(), ...environment } })).stdout;
}

/** Nothing that makes Node load more, or keep what it has compiled: the first start of a function knows neither. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_COMPILE_CACHE: _cache, ...rest } = process.env;
  return { ...rest, NODE_DISABLE_COMPILE_CACHE: "1" };
}
