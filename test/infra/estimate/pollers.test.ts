import { describe, expect, it } from "vitest";
import { Pollers, type WorkerScaling } from "../../../infra/estimate/pollers.ts";

const QUEUE = { batchSize: 10, messageBytes: 1_024 };

/** How many functions there are after each of some seconds of growth. */
function functionsAfter(scaling: WorkerScaling, seconds: readonly number[], batchSize = 10): number[] {
  return seconds.map((after) => {
    const pollers = new Pollers(scaling, { ...QUEUE, batchSize });
    for (let second = 0; second < after; second++) pollers.grow(1);
    return pollers.functions;
  });
}

describe("Lambda's own pollers", () => {
  it("run five functions at first, 300 more each minute, and 1,250 at most", () => {
    const functions = functionsAfter({ maximumConcurrency: 5_000 }, [0, 1, 60, 120, 248, 249, 600]);

    expect(functions).toEqual([5, 10, 305, 605, 1_245, 1_250, 1_250]);
  });

  it("stay at their maximumConcurrency, and below five if that is", () => {
    expect(functionsAfter({ maximumConcurrency: 100 }, [0, 19, 60])).toEqual([5, 100, 100]);
    expect(functionsAfter({ maximumConcurrency: 2 }, [0, 60])).toEqual([2, 2]);
  });

  it("say what keeps them from more", () => {
    const limitAfter = (maximumConcurrency: number, seconds: number) => {
      const pollers = new Pollers({ maximumConcurrency }, QUEUE);
      pollers.grow(seconds);
      return pollers.limit;
    };

    expect([limitAfter(100, 1), limitAfter(100, 60), limitAfter(1_250, 600)]).toEqual([
      "mappingRamp",
      "maximumConcurrency",
      "mappingMaximum",
    ]);
  });
});

describe("provisioned pollers", () => {
  it("run ten functions each from the first second on, and 1,000 more each minute", () => {
    const scaling = { minimumPollers: 20, maximumPollers: 200 };

    expect(functionsAfter(scaling, [0, 60, 120])).toEqual([200, 1_200, 2_000]);
  });

  it.each([
    // AWS's own sizing: min(1024 / KB, 100) events a second of a poller with batches of ten, and of one.
    { batchSize: 10, messageBytes: 1_024, events: 100 },
    { batchSize: 1, messageBytes: 1_024, events: 10 },
    { batchSize: 10, messageBytes: 65_536, events: 16 },
  ])("get $events messages of $messageBytes bytes a second out of a queue in batches of $batchSize", (queue) => {
    const pollers = new Pollers({ minimumPollers: 3, maximumPollers: 3 }, queue);

    expect(pollers.batchesPerSecond * queue.batchSize).toBeCloseTo(3 * queue.events, 6);
  });

  it("are paid for as far as they are there", () => {
    const pollers = new Pollers({ minimumPollers: 2, maximumPollers: 100 }, QUEUE);
    const before = pollers.provisioned;

    pollers.grow(30);

    expect([before, pollers.provisioned]).toEqual([2, 52]);
  });

  it("hold no more messages than SQS lets out of a queue", () => {
    const scaling = { minimumPollers: 200, maximumPollers: 10_000 };

    expect(functionsAfter(scaling, [6_000])).toEqual([12_000]);
    expect(functionsAfter(scaling, [6_000], 1)).toEqual([100_000]);
  });
});
