import { describe, expect, it } from "vitest";
import { batchSeconds, messagesInTime } from "../../../infra/estimate/batch-time.ts";

/** An upload that waits for 0.13 s: two reads, an output and a result. */
const WORK = { cpuSeconds: 0.5, pixels: 6e6, outputs: 1 };
const VCPU = { memoryMb: 1_769, timeoutSeconds: 60 };

describe("the time of a batch", () => {
  it("is what all its uploads compute, and the waiting of one", () => {
    expect(batchSeconds(10, WORK, VCPU)).toBeCloseTo(5 + 0.13, 6);
    expect(batchSeconds(1, WORK, VCPU)).toBeCloseTo(0.5 + 0.13, 6);
  });

  it("is their waiting in turns of eight if they compute less than they wait", () => {
    expect(batchSeconds(10, { ...WORK, cpuSeconds: 0.01 }, VCPU)).toBeCloseTo(2 * (0.01 + 0.13), 6);
  });

  it("has slower turns with less than a vCPU", () => {
    expect(batchSeconds(10, { ...WORK, cpuSeconds: 0.02, pixels: 1e6 }, { memoryMb: 442.25 })).toBeCloseTo(
      10 * 0.08 + 0.13,
      6,
    );
  });

  it("is longer with each four outputs that are stored", () => {
    expect(batchSeconds(1, { ...WORK, outputs: 11 }, VCPU)).toBeCloseTo(0.5 + 0.13 + 0.08, 6);
  });

  it("grows as memory gets less than a vCPU's", () => {
    expect(batchSeconds(10, WORK, { memoryMb: 884.5 })).toBeCloseTo(10 + 0.13, 6);
  });

  it("gets less with more vCPUs, but not for an upload alone", () => {
    expect(batchSeconds(10, WORK, { memoryMb: 2 * 1_769 })).toBeCloseTo(2.5 + 0.13, 6);
    expect(batchSeconds(1, WORK, { memoryMb: 6 * 1_769 })).toBeCloseTo(0.5 + 0.13, 6);
  });

  it("has one upload computed after the other if two don't fit the memory", () => {
    const large = { ...WORK, pixels: 100e6 };

    expect(batchSeconds(10, large, { memoryMb: 2 * 1_769 })).toBeCloseTo(10 * 0.5 + 0.13, 6);
  });
});

describe("a function's time", () => {
  it.each([
    { timeoutSeconds: 60, messages: 10 },
    { timeoutSeconds: 6, messages: 8 },
    { timeoutSeconds: 2, messages: 1 },
    { timeoutSeconds: 1, messages: 0 },
  ])(
    "of $timeoutSeconds s is enough for $messages of ten uploads, with a cold start and what the runtime keeps",
    (given) => {
      expect(messagesInTime(10, WORK, { ...VCPU, timeoutSeconds: given.timeoutSeconds })).toBe(given.messages);
    },
  );
});
