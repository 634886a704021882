import { resolve } from "node:path";
import { messageOf } from "../runtime/errors.ts";

/**
 * Runs a command of this project: gives it its arguments, and ends the process with the exit code it gives; 1, and one line per
 * problem on standard error, if it throws.
 */
export async function runCommand(usage: string, command: (args: string[]) => Promise<number>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = await command(args);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

/** A path as the user means it: from where npm was called, which is not where it runs scripts. */
export function userPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/** Aborts at the first request to stop; the second one ends the process at once. */
export function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => (stopping.signal.aborted ? process.exit(1) : stopping.abort(new Error("Stopped."))));
  }
  return stopping.signal;
}
