import { describe, expect, it } from "vitest";
import { FAULT_KINDS, readFaultKinds } from "../../infra/local/faults/fault-kinds.ts";
import { balanceSheet, isBalanced } from "./balance-sheet.ts";
import { runSoak } from "./run-soak.ts";
import { writeWorkload } from "./workload.ts";

describe("a small soak in all faults", () => {
  it("balances", async () => {
    const report = await runSoak({
      uploads: 24,
      seed: 7,
      faults: readFaultKinds("all"),
      without: [],
      fragileSeconds: 1,
      drainSeconds: 60,
      onProgress: () => {},
    });

    expect(balanceSheet(report).at(-1)).toBe("Balanced: nothing is lost, stale, doubled or untold.");
    expect(isBalanced(report)).toBe(true);
    expect(Object.keys(report.injected).length).toBeGreaterThan(8);
    expect(report.balance.workers.map(({ worker, ends }) => [worker, ends.done > 0])).toEqual([
      ["fragile", true],
      ["rotate", true],
      ["thumbnail", true],
    ]);
  });
});

describe("the workload of a soak", () => {
  const keysAndSteps = (seed: number) =>
    writeWorkload({ uploads: 200, seed, faults: new Set() }).map(({ key, steps }) => [
      key,
      ...steps.map(({ does }) => does),
    ]);

  it("is as many uploads as asked for, the same for the same seed, and another for another", () => {
    const stories = keysAndSteps(7);

    expect(stories.flat().filter((word) => word === "put")).toHaveLength(200);
    expect(keysAndSteps(7)).toEqual(stories);
    expect(keysAndSteps(8)).not.toEqual(stories);
  });

  it("overwrites, removes and brings back the same bytes", async () => {
    const stories = writeWorkload({ uploads: 200, seed: 7, faults: new Set() });

    const bodies = await Promise.all(
      stories.map(({ steps }) =>
        Promise.all(steps.map(async (step) => (step.does === "put" ? (await step.body()).toString("base64") : "gone"))),
      ),
    );
    expect(bodies.some((states) => new Set(states).size >= 4)).toBe(true);
    expect(bodies.some((states) => states.at(-1) === "gone")).toBe(true);
    expect(bodies.some(([first, second, third]) => first === third && first !== second)).toBe(true);
  });

  it("has sources that are fatal only if a fault asks for them", () => {
    const fatal = (faults: readonly (typeof FAULT_KINDS)[number][]) =>
      writeWorkload({ uploads: 50, seed: 7, faults: new Set(faults) }).filter(({ key }) => key.startsWith("function-"));

    expect(fatal([])).toEqual([]);
    expect(fatal(FAULT_KINDS).map(({ key }) => key)).toEqual([
      "function-out-of-memory-0.png",
      "function-timed-out-0.png",
    ]);
  });
});
