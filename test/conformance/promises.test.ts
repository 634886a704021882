import { describe, expect, it } from "vitest";
import { KEEPS_ALL } from "./counter-examples/counter-example.ts";
import { COUNTER_EXAMPLES } from "./counter-examples.ts";
import { BrokenPromise, type Subject } from "./promise.ts";
import { judge, PROMISE_NAMES } from "./promises.ts";

describe("a promise", () => {
  it("has a counter-example", () => {
    expect(Object.keys(COUNTER_EXAMPLES)).toEqual(PROMISE_NAMES);
  });

  it("is kept by a transform that encodes its source anew", async () => {
    expect(await brokenBy({ name: "keeps-all", transform: KEEPS_ALL })).toEqual({});
  });

  it.each(PROMISE_NAMES)("“%s” is broken by its counter-example alone", async (promise) => {
    const broken = await brokenBy({ name: "counter-example", ...COUNTER_EXAMPLES[promise] });

    expect(broken).toEqual({ [promise]: expect.stringMatching(/^Expected .+ for .+, received .+\.$/) });
  });
});

/** Every promise that a transform breaks, and in what way. */
async function brokenBy(subject: Subject): Promise<Record<string, string>> {
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
