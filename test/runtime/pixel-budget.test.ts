import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { PixelBudget, pixelsWithin } from "../../runtime/pixel-budget.ts";

/** Spends on works that end when told; gives which have started, and how to end one. */
function spendOn(budget: PixelBudget, sizes: Record<string, number>) {
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

describe("a pixel budget", () => {
  it("starts what fits together, and the rest in order as room is made", async () => {
    const { end } = spendOn(new PixelBudget(100), { a: 60, b: 40, c: 50, d: 10 });

    const atFirst = await end("nobody");
    const afterA = await end("a");
    const afterB = await end("b");

    expect(atFirst).toEqual(["a", "b"]);
    expect(afterA).toEqual(["a", "b", "c", "d"]);
    expect(afterB).toEqual(["a", "b", "c", "d"]);
  });

  it("lets nothing small overtake what is large", async () => {
    const { end } = spendOn(new PixelBudget(100), { a: 60, large: 90, small: 1 });

    expect(await end("nobody")).toEqual(["a"]);
    expect(await end("a")).toEqual(["a", "large", "small"]);
  });

  it("gives the whole of itself to what is larger than it", async () => {
    const { end } = spendOn(new PixelBudget(100), { a: 1, huge: 500, b: 1 });

    expect(await end("nobody")).toEqual(["a"]);
    expect(await end("a")).toEqual(["a", "huge"]);
    expect(await end("huge")).toEqual(["a", "huge", "b"]);
  });

  it("gets its pixels back from what fails", async () => {
    const { works, end } = spendOn(new PixelBudget(10), { a: 10, b: 10 });
    const failed = expect(works[0]).rejects.toThrow("Out of paint.");
    await end("nobody");

    const afterFailure = await end("a", new Error("Out of paint."));

    await failed;
    expect(afterFailure).toEqual(["a", "b"]);
  });

  it.each([
    [1769, 91_812_500],
    [512, 13_250_000],
    [128, 0],
  ])("has room for what fits a function of %i MB", (memoryMb, pixels) => {
    expect(pixelsWithin(memoryMb)).toBe(pixels);
  });
});
