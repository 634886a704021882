import { describe, expect, it } from "vitest";
import { FAULT_KINDS, type FaultKind, readFaultKinds } from "../../../../infra/local/faults/fault-kinds.ts";
import { FaultPlan, type FaultPlanOptions } from "../../../../infra/local/faults/fault-plan.ts";

const plan = (options: Partial<FaultPlanOptions> = {}) =>
  new FaultPlan({
    kinds: new Set(FAULT_KINDS),
    seed: 7,
    isUploadsBucket: () => true,
    meanwhile: { removeUpload: async () => {}, overwriteUpload: async () => {}, killFunction: () => {} },
    ...options,
  });

const choices = (faults: FaultPlan) =>
  Array.from({ length: 500 }, (_, index) => faults.choose(["s3-500", "s3-slow"], `GET /uploads/${index % 50}.png`));

describe("a plan of faults", () => {
  it("decides the same for the same seed, and otherwise for another", () => {
    const chosen = choices(plan());

    expect(choices(plan())).toEqual(chosen);
    expect(choices(plan({ seed: 8 }))).not.toEqual(chosen);
    expect(new Set(chosen)).toEqual(new Set([undefined, "s3-500", "s3-slow"]));
  });

  it("counts what it injects, and injects nothing else than what it is to", () => {
    const faults = plan({ kinds: new Set<FaultKind>(["s3-slow"]) });

    const chosen = choices(faults).filter(Boolean);

    expect(new Set(chosen)).toEqual(new Set(["s3-slow"]));
    expect(faults.injected).toEqual({ "s3-slow": chosen.length });
  });

  it("hits less often where it is told to", () => {
    const hits = (frequency: number) => {
      const faults = plan({ kinds: new Set<FaultKind>(["s3-500"]), frequency });
      return Array.from({ length: 5_000 }, (_, index) => faults.choose(["s3-500"], `GET /uploads/${index}.png`)).filter(
        Boolean,
      ).length;
    };

    expect(hits(0)).toBe(0);
    expect(hits(0.1)).toBeGreaterThan(5);
    expect(hits(0.1)).toBeLessThan(hits(1) / 5);
  });

  it("has some requests fail so often that retries do not help", () => {
    const faults = plan({ kinds: new Set<FaultKind>(["s3-500"]) });
    const failuresOf = (request: string) =>
      Array.from({ length: 15 }, () => faults.choose(["s3-500"], request)).filter(Boolean).length;

    const failures = Array.from({ length: 2_000 }, (_, index) => failuresOf(`GET /uploads/${index}.png`));

    const stubborn = failures.filter((count) => count >= 13).length;
    expect([stubborn > 0, stubborn < 20]).toEqual([true, true]);
  });

  it("takes the share of a request from who knows better, by how often it came", () => {
    const faults = plan({ shareOf: (kind, _request, asked) => (kind === "s3-slow" && asked === 1 ? 1 : 0) });

    const chosen = Array.from({ length: 3 }, () => faults.choose(["s3-slow"], "GET /uploads/odd.png"));

    expect(chosen).toEqual([undefined, "s3-slow", undefined]);
  });
});

describe("a list of faults", () => {
  it.each([
    ["all", FAULT_KINDS],
    ["none", []],
    ["s3-500,sns-500", ["s3-500", "sns-500"]],
  ])("is read from %s", (text, kinds) => {
    expect([...readFaultKinds(text)]).toEqual(kinds);
  });

  it("names what there is, if it names what there is not", () => {
    expect(() => readFaultKinds("s3-500,rain")).toThrow(/^Expected faults of all, none, s3-500, .*, received rain\.$/);
  });
});
