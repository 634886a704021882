import { describe, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { judge, PROMISE_NAMES } from "./promises.ts";

interface Described {
  /** What its tests are listed under. */
  readonly name?: string;
  /** The file whose default export it is. Some promises are about importing it, and are skipped without. */
  readonly file?: string;
}

/**
 * One test for each promise of a transform, for a test file of vitest. A promise that does not bind it is skipped with
 * the reason.
 */
export function describeTransform<Options>(
  transform: Transform<Options>,
  { name = "transform", file }: Described = {},
): void {
  // Its own schema makes the options, so no check can give it others.
  const subject = { name, transform: transform as Transform, file };
  describe(name, () => {
    for (const promise of PROMISE_NAMES) {
      it(promise, async ({ skip }) => {
        const reason = await judge(promise, subject);
        if (reason !== undefined) skip(reason);
      });
    }
  });
}
