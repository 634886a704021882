import { describe, expect, it } from "vitest";
import { brokenPromises } from "./broken-promises.ts";
import { KEEPS_ALL } from "./counter-examples/counter-example.ts";
import { COUNTER_EXAMPLES } from "./counter-examples.ts";
import { judge, PROMISE_NAMES } from "./promises.ts";

describe("a promise", () => {
  it("has a counter-example", () => {
    expect(Object.keys(COUNTER_EXAMPLES)).toEqual(PROMISE_NAMES);
  });

  it("is kept by a transform that encodes its source anew", async () => {
    expect(await brokenPromises({ name: "keeps-all", transform: KEEPS_ALL })).toEqual({});
  });

  it.each(PROMISE_NAMES)("“%s” is broken by its counter-example alone", async (promise) => {
    const broken = await brokenPromises({ name: "counter-example", ...COUNTER_EXAMPLES[promise] });

    expect(broken).toEqual({ [promise]: expect.stringMatching(/^Expected .+ for .+, received .+\.$/) });
  });
});

describe("an exception", () => {
  const promise = "keeps animation where it keeps the format";
  const exceptions = { [promise]: "A preview stands still." };

  it("makes a broken promise one that does not bind, and says why", async () => {
    const { transform } = COUNTER_EXAMPLES[promise];

    const reason = await judge(promise, { name: "still", transform: { ...transform, exceptions } });

    expect(reason).toBe("Excepted: A preview stands still.");
  });

  it("is refused for a promise that is kept", async () => {
    const judging = judge(promise, { name: "moving", transform: { ...KEEPS_ALL, exceptions } });

    await expect(judging).rejects.toThrow(
      `Expected only what it breaks for exceptions, received "${promise}", which it keeps.`,
    );
  });

  it("leaves a promise without an occasion as it is", async () => {
    const transform = { ...KEEPS_ALL, accepts: ["image/png"], exceptions } as const;

    expect(await judge(promise, { name: "pngs", transform })).toBe("No animated fixture is of image/png.");
  });
});
