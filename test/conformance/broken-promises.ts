import { BrokenPromise, type Subject } from "./promise.ts";
import { judge, PROMISE_NAMES } from "./promises.ts";

/** Every promise that a transform breaks, and in what way. */
export async function brokenPromises(subject: Subject): Promise<Record<string, string>> {
  const broken: Record<string, string> = {};
  for (const promise of PROMISE_NAMES) {
    try {
      await judge(promise, subject);
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      broken[promise] = error.message;
    }
  }
  return broken;
}
