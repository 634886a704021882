import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { eventCase } from "./event-cases.ts";
import { runCases } from "./fuzz-cases.ts";
import { ALL_DECODERS, imageCase } from "./image-cases.ts";
import { outcomeOf } from "./outcome.ts";

const SEED = 7;

describe("the runtime", () => {
  it("ends with outputs, a skip or a code, whatever images and events it gets", async () => {
    const { cases, outcomes, findings } = await runCases({ subject: "mixed", seed: SEED, from: 0, to: 350 });

    expect(findings).toEqual([]);
    expect(cases).toBe(350);
    expect(Object.keys(outcomes)).toEqual(
      expect.arrayContaining(["done", "failed SOURCE_CORRUPT", "failed EVENT_INVALID", "skipped TYPE_NOT_ACCEPTED"]),
    );
  });
});

describe("the fuzzing", () => {
  it("goes on after a case that takes its process down, and says which it was", async () => {
    const file = fileURLToPath(new URL("dying-process.ts", import.meta.url));

    const { outcomes, findings } = await runCases(
      { subject: "events", seed: SEED, from: 0, to: 7 },
      { file, hangMs: 500 },
    );

    expect(findings).toEqual([
      { number: 1, outcome: "CRASH exit code 3" },
      { number: 2, outcome: "CRASH SIGABRT" },
      { number: 3, outcome: "HANG" },
      { number: 4, outcome: "UNKNOWN Error" },
    ]);
    expect(outcomes.done).toBe(3);
  });

  it("tells a code from an error without one and from a rejection that nobody handles", async () => {
    const coded = await outcomeOf(() => Promise.reject(new PipelineError("SOURCE_CORRUPT", "No.")));
    const unknown = await outcomeOf(() => Promise.reject(new TypeError("No.")));

    expect(coded).toBe("failed SOURCE_CORRUPT");
    expect(unknown).toMatch(/^UNKNOWN TypeError: No\. \| /);
  });

  it.each(ALL_DECODERS)(
    "gives %s the same damaged image for the same numbers, and another for others",
    async (decoder) => {
      const image = await imageCase(decoder, 3, SEED);

      expect(await imageCase(decoder, 3, SEED)).toEqual(image);
      expect(await imageCase(decoder, 4, SEED)).not.toEqual(image);
    },
  );

  it("gives the same damaged event for the same numbers, and another for others", () => {
    expect(eventCase(3, SEED)).toBe(eventCase(3, SEED));
    expect(eventCase(4, SEED)).not.toBe(eventCase(3, SEED));
  });
});
