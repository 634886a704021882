import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
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

describe("what a transform gives beside itself", () => {
  const promise = "gives the same bytes beside itself";

  it("is judged for a single type too", async () => {
    const transform = { ...COUNTER_EXAMPLES[promise].transform, accepts: ["image/jpeg"] } as const;

    await expect(judge(promise, { name: "one-type", transform })).rejects.toThrow(/^Expected the same bytes/);
  });

  it("may be other bytes once", async () => {
    let running = 0;
    let others = 0;
    const transform: Transform = {
      ...KEEPS_ALL,
      accepts: ["image/jpeg"],
      async *transform(source) {
        running += 1;
        await setImmediate();
        const isOther = running > 1 && others === 0;
        if (isOther) others += 1;
        yield {
          variant: "copy",
          body: await source
            .image()
            .jpeg({ quality: isOther ? 50 : 80 })
            .toBuffer(),
        };
        running -= 1;
      },
    };

    await judge(promise, { name: "other-once", transform });

    expect(others).toBe(1);
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
