import { describe, expect, it } from "vitest";
import { Canvases } from "../../runtime/canvases.ts";

describe("canvases", () => {
  it("are used again once they are given back", () => {
    const canvases = new Canvases(5000);
    const first = canvases.take(1000);
    canvases.give(first);

    const [again, other] = [canvases.take(1000), canvases.take(1000)];

    expect([again.buffer === first.buffer, other.buffer === first.buffer]).toEqual([true, false]);
  });

  it("have the length that is asked for, whatever they were before, and their own one once more", () => {
    const canvases = new Canvases(5000);
    const first = canvases.take(1000);
    canvases.give(first);

    const smaller = canvases.take(300);
    canvases.give(smaller);
    const whole = canvases.take(1000);

    expect([smaller.length, whole.length, whole.buffer === first.buffer]).toEqual([300, 1000, true]);
  });

  it("are the smallest that will do", () => {
    const canvases = new Canvases(5000);
    const [large, small] = [canvases.take(2000), canvases.take(1000)];
    canvases.give(large);
    canvases.give(small);

    expect(canvases.take(900).buffer === small.buffer).toBe(true);
  });

  it("make room for a larger one", () => {
    const canvases = new Canvases(5000);
    const small = canvases.take(1000);
    canvases.give(small);
    canvases.take(2000);

    expect(canvases.take(1000).buffer === small.buffer).toBe(false);
  });

  it("are given back once, and nothing else is", () => {
    const canvases = new Canvases(5000);
    const canvas = canvases.take(10);
    canvases.give(canvas);

    for (const other of [canvas, Buffer.from("of Node's pool"), new Canvases(5000).take(10)])
      expect(() => canvases.give(other)).toThrow(
        "Expected a canvas that was taken here and not given back yet, received another buffer.",
      );
  });

  it("are kept up to the limit", () => {
    const canvases = new Canvases(5000);
    const all = [2500, 2501, 2500].map((bytes) => canvases.take(bytes));
    for (const canvas of all) canvases.give(canvas);

    const again = [10, 10, 10].map((bytes) => canvases.take(bytes).buffer);

    expect(all.map(({ buffer }) => again.includes(buffer))).toEqual([true, false, true]);
  });

  it("count as they were made, however little of them was taken", () => {
    const canvases = new Canvases(5000);
    canvases.give(canvases.take(5000));
    canvases.give(canvases.take(10));
    const whole = canvases.take(10);
    const other = canvases.take(10);
    canvases.give(whole);
    canvases.give(other);

    expect([canvases.take(10).buffer, canvases.take(10).buffer].includes(other.buffer)).toBe(false);
  });
});
