import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { WorkerSettings } from "../../../runtime/settings.ts";
import { eTagOf } from "../../support/memory-store.ts";
import { workerSettings } from "../../support/worker-settings.ts";
import { withoutSecondRead } from "./held-store.ts";
import { dispatcherOf, outputsIn, outputsOf } from "./outputs-of.ts";
import { chosenBy, everyOrder, type History } from "./schedules.ts";
import { SOURCE_STATES, SOURCES, type SourceState } from "./source-states.ts";
import type { Scenario } from "./world.ts";

vi.mock(import("../../../runtime/source.ts"), async (importOriginal) => {
  const { rememberAnswers } = await import("./remembered-answers.ts");
  return rememberAnswers(await importOriginal());
});

/** Workers that keep more or less of their sources apart. */
const WORKERS = {
  "with keys of its own": workerSettings(),
  "that copies metadata": workerSettings({ outputObjects: { copyMetadata: true } }),
  "whose keys may be shared": workerSettings({ outputKey: "{variant}-{base}{ext}", flatten: true }),
} as const satisfies Record<string, WorkerSettings>;

type WorkerName = keyof typeof WORKERS;
const [OWN_KEYS, COPIES, SHARED_KEYS] = Object.keys(WORKERS) as [WorkerName, WorkerName, WorkerName];

type States = readonly SourceState[];

/** The same bytes twice, with something else or nothing between. */
const A_B_A: States = ["gone", "a", "b", "a"];
const A_GONE_A: States = ["gone", "a", "gone", "a"];
const B_A_GONE: States = ["gone", "b", "a", "gone"];
/** The same bytes, which are not always said to be an image's own, or for the worker. */
const COMPRESSED: States = ["gone", "a", "aCompressed", "aTitled"];
const THEN_COMPRESSED: States = ["gone", "aCompressed", "a", "aCompressed"];
const OPTED_OUT: States = ["gone", "aTitled", "a", "aOptedOut"];
const TITLED: States = ["gone", "aTitled", "a", "aTitled"];
/** Sources of which no outputs, or not all, can be made. */
const FLAWED: States = ["gone", "b", "text", "flawed"];

interface Case {
  readonly worker: WorkerName;
  readonly states: States;
  readonly interruptions?: number;
  readonly faults?: number;
}

const CASES: readonly Case[] = [
  ...[A_B_A, A_GONE_A, B_A_GONE, COMPRESSED, THEN_COMPRESSED, OPTED_OUT, FLAWED].map((states) => ({
    worker: OWN_KEYS,
    states,
  })),
  ...[A_B_A, TITLED].map((states) => ({ worker: COPIES, states })),
  ...[A_B_A, B_A_GONE].map((states) => ({ worker: SHARED_KEYS, states })),
  ...[A_B_A, A_GONE_A].map((states) => ({ worker: OWN_KEYS, states, interruptions: 0, faults: 1 })),
  { worker: OWN_KEYS, states: A_B_A, interruptions: 2 },
];

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    settings: fc.constantFrom(...Object.values(WORKERS)),
    states: fc.array(fc.constantFrom(...SOURCE_STATES), { minLength: 2, maxLength: 4 }),
    repeated: fc.subarray([0, 1, 2, 3]),
    faults: fc.nat(2),
  })
  .map((given) => ({ ...given, dispatcherOf: dispatcherOf(given.settings) }));

const orders = fc.array(fc.nat(60), { maxLength: 60, size: "max" });

describe("a worker", () => {
  it.each(CASES)("$worker ends with the outputs of the newest of $states, whatever comes first", async (given) => {
    const scenario = scenarioOf(given);
    const isRight = await judge(scenario);

    const wrong: string[][] = [];
    let count = 0;
    for await (const history of everyOrder(scenario, given.interruptions ?? 1)) {
      count++;
      if (!isRight(history)) wrong.push([...history.steps]);
    }

    expect(wrong[0]).toBeUndefined();
    expect(count).toBeGreaterThan(300);
  });

  it("ends with the outputs of the newest source whatever it was, however often events come and runs die", async () => {
    const property = fc.asyncProperty(scenarios, orders, async (scenario, numbers) => {
      const history = await chosenBy(numbers, scenario);

      if (!(await judge(scenario))(history)) throw new Error(history.steps.join("\n"));
    });

    await fc.assert(property, { numRuns: 10_000, seed: 20_261_121 });
  });

  it.each([A_B_A, A_GONE_A, B_A_GONE].map((states) => ({ states })))(
    "would not end so with $states, if its last look at the source showed what the first did",
    async ({ states }) => {
      const scenario = withoutLastLook(scenarioOf({ worker: OWN_KEYS, states }));
      const isRight = await judge(scenario);

      const wrong: History[] = [];
      for await (const history of everyOrder(scenario, 1)) if (!isRight(history)) wrong.push(history);

      expect(wrong.length).toBeGreaterThan(10);
    },
  );

  it("is shown one order in which it would not, by numbers alone", async () => {
    const property = fc.asyncProperty(scenarios, orders, async (scenario, numbers) =>
      (await judge(scenario))(await chosenBy(numbers, withoutLastLook(scenario))),
    );

    const { failed } = await fc.check(property, { numRuns: 4_000, seed: 20_261_121, endOnFailure: true });

    expect(failed).toBe(true);
  });
});

describe("what an upload has for outputs, if nothing disturbs its one run,", () => {
  it.each(["a", "b", "aTitled"] as const)("is each variant of %s, with its ETag", async (state) => {
    const outputs = await outputsOf(state, WORKERS[OWN_KEYS]);

    const source = eTagOf(SOURCES[state].body);
    expect(Object.entries(outputs)).toEqual(
      ["one", "two"].map((variant) => [
        `preview/cats/tom.png/${variant}.png`,
        expect.objectContaining({ metadata: expect.objectContaining({ "source-etag": source }) }),
      ]),
    );
  });

  it.each(["aOptedOut", "aCompressed", "text", "empty", "gone"] as const)("is nothing of %s", async (state) => {
    expect(await outputsOf(state, WORKERS[OWN_KEYS])).toEqual({});
  });
});

function scenarioOf({ worker, states, faults = 0 }: Case): Scenario {
  const settings = WORKERS[worker];
  return { settings, states, faults, repeated: [], dispatcherOf: dispatcherOf(settings) };
}

function withoutLastLook(scenario: Scenario): Scenario {
  const { settings, dispatcherOf } = scenario;
  return { ...scenario, dispatcherOf: (store) => dispatcherOf(withoutSecondRead(store, settings.uploadsBucket)) };
}

/**
 * Tells whether the outputs are what the newest source has if nothing else ever was. Of one that fails after its first output there
 * may be fewer: while a run takes a stale output away, another may put that first one in its place.
 */
async function judge({ settings, states }: Scenario): Promise<(history: History) => boolean> {
  const newest = states.at(-1) ?? "gone";
  const expected = await outputsOf(newest, settings);
  return ({ world }) => {
    const outputs = outputsIn(world.store);
    const due = newest === "flawed" ? Object.keys(outputs) : Object.keys(expected);
    return isDeepStrictEqual(outputs, Object.fromEntries(due.map((key) => [key, expected[key]])));
  };
}
