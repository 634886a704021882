import { describe, expect, it } from "vitest";
import { COUNTER_EXAMPLES, KEEPS_ALL } from "./counter-examples.ts";
import { BrokenPromise, Inapplicable, type Subject } from "./promise.ts";
import { PROMISES } from "./promises.ts";

describe("a promise", () => {
  it("has a counter-example", () => {
    expect(Object.keys(COUNTER_EXAMPLES)).toEqual(Object.keys(PROMISES));
  });

  it("is kept by a transform that encodes its source anew", async () => {
    expect(await brokenBy({ name: "keeps-all", transform: KEEPS_ALL })).toEqual({});
  });

  it.each(Object.entries(COUNTER_EXAMPLES))("“%s” is broken by its counter-example alone", async (promise, example) => {
    const broken = await brokenBy({ name: "counter-example", ...example });

    expect(broken).toEqual({ [promise]: expect.stringMatching(/^Expected .+ for .+, received .+\.$/) });
  });
});

/** Every promise that a transform breaks, and in what way. */
async function brokenBy(subject: Subject): Promise<Record<string, string>> {
  const broken: Record<string, string> = {};
  for (const [promise, check] of Object.entries(PROMISES)) {
    try {
      await check(subject);
    } catch (error) {
      if (error instanceof BrokenPromise) broken[promise] = error.message;
      else if (!(error instanceof Inapplicable)) throw error;
    }
  }
  return broken;
}
