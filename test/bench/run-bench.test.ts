import { describe, expect, it } from "vitest";
import type { Job } from "./jobs.ts";
import { findPython, NO_PILLOW } from "./pillow/find-python.ts";
import { chooseJobs, quickly, runBench } from "./run-bench.ts";

const TINY = { transform: "pixelate", fidelity: "pixelate", title: "pixelate, tiny PNG", input: "tiny.png" } as const;

describe("a benchmark", () => {
  it("measures all that are here side by side, and checks what they make", async () => {
    const job: Job = {
      ...TINY,
      compare: [
        { against: "bare", measure: "cpu" },
        { against: "floor", measure: "wall", target: 1000 },
      ],
    };

    const { rows, failures } = await run({ tiny: job });

    const found = rows.map(({ against, measure, verdict }) => [against, measure, verdict]);
    expect(found).toEqual([
      ["bare sharp", "cpu", "no target"],
      ["the floor", "wall", "met"],
    ]);
    expect(rows.every(({ ours, others = 0 }) => ours > 0 && others > 0)).toBe(true);
    expect(failures).toEqual([]);
  });

  it("waits for the store in each read and each write", async () => {
    const latency = { readMs: 100, writeMs: 150 };
    const job: Job = { ...TINY, latency, compare: [{ against: "bare", measure: "wall" }] };

    const [row] = (await run({ tiny: job })).rows;

    // It is opened, written and looked at again; timers may be a millisecond early.
    expect(row?.ours).toBeGreaterThan(100 + 150 + 100 - 3);
  });

  it("measures memory in a new process", async () => {
    const job = { title: "thumbnail", transform: "thumbnail", input: "tiny.jpg", target: 5000 } as const;

    const { rows, failures } = await runBench({
      ...options({}),
      memoryJobs: { tiny: job, above: { ...job, aboveIdle: true } },
    });

    const [all = 0, above = 0] = rows.map(({ ours }) => ours);
    expect(failures).toEqual([]);
    expect(all).toBeGreaterThan(50);
    expect(above).toBeLessThan(all - 30);
  });

  it("tells of a job that fails, and runs the others", async () => {
    const failing: Job = { ...TINY, fidelity: "thumbnail", compare: [] };

    const { failures, notes } = await run({ failing, tiny: { ...TINY, compare: [] } });

    expect(failures).toEqual([{ job: "failing", problems: ["Expected small, received nothing."] }]);
    expect(notes).toContain(NO_PILLOW);
  });

  it("measures Pillow where there is one", async ({ skip }) => {
    skip(!(await findPython()), NO_PILLOW);
    const job: Job = { ...TINY, compare: [{ against: "pillow", measure: "wall" }] };

    const { rows, machine } = await runBench({ ...options({ tiny: job }), withPillow: true });

    expect(rows.map(({ against }) => against)).toEqual(["Pillow"]);
    expect(Object.keys(machine.versions)).toEqual(expect.arrayContaining(["Python", "Pillow", "its JPEG library"]));
  });

  it("runs the jobs whose names begin with a word", () => {
    const { jobs, memoryJobs } = chooseJobs(["rotate", "memory-pixelate"]);

    expect(Object.keys(jobs)).toEqual(["rotate-gif", "rotate-animated-gif"]);
    expect(Object.keys(memoryJobs)).toEqual(["memory-pixelate-batch", "memory-pixelate-100mp"]);
    expect(() => chooseJobs(["rotat", "sharpen"])).toThrow(/received sharpen\.$/);
  });

  it("leaves out the largest pictures if time is short", () => {
    const { jobs, memoryJobs } = quickly(chooseJobs(["pixelate", "memory"]));

    expect(Object.keys(jobs)).toEqual(["pixelate-6mp-jpeg", "pixelate-png", "pixelate-webp"]);
    expect(Object.keys(memoryJobs)).toEqual([]);
  });
});

function options(jobs: Readonly<Record<string, Job>>) {
  return { jobs, memoryJobs: {}, rounds: 1, withPillow: false, onProgress() {} };
}

function run(jobs: Readonly<Record<string, Job>>) {
  return runBench(options(jobs));
}
