import { describe, expect, it } from "vitest";
import { Canvases } from "../../runtime/canvases.ts";

describe("canvases", () => {
  it("are used again once they are given back", () => {
    const canvases = new Canvases();
    const first = canvases.take(1000);
    canvases.give(first);

    const [again, other] = [canvases.take(1000), canvases.take(1000)];

    expect([again.buffer === first.buffer, other.buffer === first.buffer]).toEqual([true, false]);
  });

  it("have the length that is asked for, whatever they were before, and their own one once more", () => {
    const canvases = new Canvases();
    const first = canvases.take(1000);
    canvases.give(first);

    const smaller = canvases.take(300);
    canvases.give(smaller);
    const whole = canvases.take(1000);

    expect([smaller.length, whole.length, whole.buffer === first.buffer]).toEqual([300, 1000, true]);
  });

  it("are the smallest that will do", () => {
    const canvases = new Canvases();
    const [large, small] = [canvases.take(2000), canvases.take(1000)];
    canvases.give(large);
    canvases.give(small);

    expect(canvases.take(900).buffer === small.buffer).toBe(true);
  });

  it("make room for a larger one", () => {
    const canvases = new Canvases();
    const small = canvases.take(1000);
    canvases.give(small);
    canvases.take(2000);

    expect(canvases.take(1000).buffer === small.buffer).toBe(false);
  });

  it("are not kept beyond three", () => {
    const canvases = new Canvases();
    const four = [10, 10, 10, 10].map((bytes) => canvases.take(bytes));
    for (const canvas of four) canvases.give(canvas);

    const again = new Set([10, 10, 10, 10].map((bytes) => canvases.take(bytes).buffer));

    expect(four.filter(({ buffer }) => again.has(buffer))).toHaveLength(3);
  });

  it("are not kept if they are larger than a photo of 26 megapixels", () => {
    const canvases = new Canvases();
    const [largest, larger] = [canvases.take(80_000_000), canvases.take(80_000_001)];
    canvases.give(largest);
    canvases.give(larger);

    const again = [canvases.take(10).buffer, canvases.take(10).buffer];

    expect([again.includes(largest.buffer), again.includes(larger.buffer)]).toEqual([true, false]);
  });
});
