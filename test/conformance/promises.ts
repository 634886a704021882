import { BEHAVIOUR_PROMISES } from "./behaviour-promises.ts";
import { DEFINITION_PROMISES } from "./definition-promises.ts";
import { OUTPUT_PROMISES } from "./output-promises.ts";
import { PICTURE_PROMISES } from "./picture-promises.ts";
import { BrokenPromise, type Check, Inapplicable, type Promises, type Subject } from "./promise.ts";

/** Everything that a transform promises, in the order in which it is checked. */
export const PROMISES = {
  async "excepts itself from promises alone"({ transform: { exceptions = {} } }) {
    const unknown = Object.keys(exceptions).filter((promise) => !Object.hasOwn(PROMISES, promise));
    if (unknown.length > 0)
      throw new BrokenPromise({ of: "exceptions", expected: "names of promises", received: unknown.join(", ") });
  },
  ...DEFINITION_PROMISES,
  ...OUTPUT_PROMISES,
  ...BEHAVIOUR_PROMISES,
  ...PICTURE_PROMISES,
} as const satisfies Promises;

/** The words of a promise. */
export type PromiseName = keyof typeof PROMISES;

export const PROMISE_NAMES = Object.keys(PROMISES) as readonly PromiseName[];

/**
 * Why a promise does not bind a transform: it has no occasion to break it, or excepts itself; `undefined` if it keeps it.
 * Throws a `BrokenPromise` if it breaks it, and if it excepts itself from what it keeps.
 */
export async function judge(promise: PromiseName, subject: Subject): Promise<string | undefined> {
  const check: Check = PROMISES[promise];
  const exception = subject.transform.exceptions?.[promise];
  try {
    await check(subject);
  } catch (error) {
    if (error instanceof Inapplicable) return error.message;
    if (error instanceof BrokenPromise && exception !== undefined) return `Excepted: ${exception}`;
    throw error;
  }
  if (exception !== undefined)
    throw new BrokenPromise({
      of: "exceptions",
      expected: "only what it breaks",
      received: `"${promise}", which it keeps`,
    });
}
