import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Budget } from "../../runtime/budget.ts";

/** Spends on works that end when told; gives which have started, and how to end one. */
function spendOn(budget: Budget, sizes: Record<string, number>) {
  const started: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const works = Object.entries(sizes).map(([name, pixels]) =>
    budget.spend(pixels, () => {
      started.push(name);
      return new Promise<void>((resolve, reject) => ends.set(name, (error) => (error ? reject(error) : resolve())));
    }),
  );
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    await setImmediate();
    return [...started];
  };
  return { works, end };
}

describe("a budget", () => {
  it("starts what fits together, and the rest in order as room is made", async () => {
    const { end } = spendOn(new Budget(100), { a: 60, b: 40, c: 50, d: 10 });

    const atFirst = await end("nobody");
    const afterA = await end("a");
    const afterB = await end("b");

    expect(atFirst).toEqual(["a", "b"]);
    expect(afterA).toEqual(["a", "b", "c", "d"]);
    expect(afterB).toEqual(["a", "b", "c", "d"]);
  });

  it("lets nothing small overtake what is large", async () => {
    const { end } = spendOn(new Budget(100), { a: 60, large: 90, small: 1 });

    expect(await end("nobody")).toEqual(["a"]);
    expect(await end("a")).toEqual(["a", "large", "small"]);
  });

  it("gives the whole of itself to what is larger than it", async () => {
    const { end } = spendOn(new Budget(100), { a: 1, huge: 500, b: 1 });

    expect(await end("nobody")).toEqual(["a"]);
    expect(await end("a")).toEqual(["a", "huge"]);
    expect(await end("huge")).toEqual(["a", "huge", "b"]);
  });

  it("gets its pixels back from what fails", async () => {
    const { works, end } = spendOn(new Budget(10), { a: 10, b: 10 });
    const failed = expect(works[0]).rejects.toThrow("Out of paint.");
    await end("nobody");

    const afterFailure = await end("a", new Error("Out of paint."));

    await failed;
    expect(afterFailure).toEqual(["a", "b"]);
  });

  it("runs no more at once than it may, however little they take", async () => {
    const budget = new Budget(100, 2);
    const { end } = spendOn(budget, { a: 1, b: 1, c: 1 });

    expect([await end("nobody"), budget.running]).toEqual([["a", "b"], 2]);
    expect(await end("a")).toEqual(["a", "b", "c"]);
    await end("b");
    await end("c");
    expect(budget.running).toBe(0);
  });
});
