import { setImmediate } from "node:timers/promises";
import { messageOf } from "../../../runtime/errors.ts";

/** Where errors end that nobody waits for; Lambda ends the process on each. */
const EVENTS = ["unhandledRejection", "uncaughtException"] as const;

const watching = new Set<string[]>();
let installed = false;

/** Collects errors that nobody waits for, until it is stopped; meanwhile nobody else hears of them. */
export function watchEscapedErrors(): () => Promise<string[]> {
  install();
  const escaped: string[] = [];
  watching.add(escaped);
  return async () => {
    // Node tells of a rejection once all that was due before is done.
    await setImmediate();
    watching.delete(escaped);
    return escaped;
  };
}

/** Stands before whoever listened so far, a test runner for example, who hears of all that comes while nobody watches. */
function install(): void {
  if (installed) return;
  installed = true;
  for (const event of EVENTS) {
    const others = process.listeners(event as "uncaughtException");
    process.removeAllListeners(event);
    process.on(event, (error: unknown, detail: unknown) => {
      for (const escaped of watching) escaped.push(messageOf(error));
      if (watching.size > 0) return;
      if (others.length === 0) throw error;
      for (const listener of others) Reflect.apply(listener, process, [error, detail]);
    });
  }
}
