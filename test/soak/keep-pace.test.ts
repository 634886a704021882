import { describe, expect, it } from "vitest";
import { keepPace } from "./keep-pace.ts";

/** A machine with so many messages at each look, and then none. */
function machineOf(...counts: number[]) {
  let looks = 0;
  return { looks: () => looks, waiting: async () => counts[looks++] ?? 0 };
}

describe("who uploads", () => {
  it("goes on while few messages wait, and looks now and then", async () => {
    const machine = machineOf(1_000);
    const ready = keepPace(machine, { seconds: 0 });

    for (let call = 0; call < 40; call++) await ready();

    expect(machine.looks()).toBe(2);
  });

  it("waits while many messages do", async () => {
    const machine = machineOf(1_001, 1_001, 10);

    await keepPace(machine, { seconds: 60 })();

    expect(machine.looks()).toBe(3);
  });

  it("gives up on functions that do not catch up", async () => {
    await expect(keepPace({ waiting: async () => 1_001 }, { seconds: 0 })()).rejects.toThrow(
      "Expected at most 1000 messages to wait after 0 s, found 1001.",
    );
  });
});
