import { describe, expect, it } from "vitest";
import { Pace, REAL_CLOCK } from "../../../infra/operations/pace.ts";
import { TestClock } from "../../support/operated-stack.ts";

describe("a pace", () => {
  it("lets no more go than its rate, over any time", async () => {
    const clock = new TestClock();
    const pace = new Pace(5, clock);

    for (const count of [10, 10, 5]) await pace.take(count);

    expect(clock.slept).toEqual([2000, 2000]);
  });

  it("does not wait for what is due already", async () => {
    const clock = new TestClock();
    const pace = new Pace(5, clock);
    await pace.take(10);
    await clock.sleep(3000);

    await pace.take(1);

    expect(clock.slept).toEqual([3000]);
  });

  it("ends a wait when it is told to stop", async () => {
    const stopping = new AbortController();
    const pace = new Pace(0.001, REAL_CLOCK);
    await pace.take(1, stopping.signal);

    const waiting = pace.take(1, stopping.signal);
    stopping.abort(new Error("Stopped."));

    await expect(waiting).rejects.toThrow("Stopped.");
    await expect(pace.take(1, stopping.signal)).rejects.toThrow("Stopped.");
  });
});
