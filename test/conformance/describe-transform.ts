import { describe, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { Inapplicable } from "./promise.ts";
import { PROMISES } from "./promises.ts";

/**
 * One test for each promise of a transform, for a test file of vitest. A promise that it has no occasion to break is
 * skipped with its reason.
 * @param file the file whose default export it is, if there is one
 */
export function describeTransform<Options>(name: string, transform: Transform<Options>, file?: string): void {
  // Its own schema makes the options, so no check can give it others.
  const subject = { name, transform: transform as Transform, file };
  describe(name, () => {
    for (const [promise, check] of Object.entries(PROMISES)) {
      it(promise, async ({ skip }) => {
        try {
          await check(subject);
        } catch (error) {
          if (error instanceof Inapplicable) skip(error.message);
          throw error;
        }
      });
    }
  });
}
