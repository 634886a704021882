import { setTimeout } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { FaultPlan } from "../../../infra/local/faults/fault-plan.ts";
import { throttled } from "../../../infra/local/faults/throttled.ts";
import type { Invocation } from "../../../infra/local/function-host.ts";
import { MAX_RECEIVE_COUNT, SPARE_RECEIVES, VISIBILITY_FACTOR } from "../../../infra/queue-with-dead-letters.ts";
import { type QueueSettings, queueOf, queueWith, SUCCESS, startMapping } from "./mapped-queue.ts";

const TIMEOUT_SECONDS = 10;
/** A minute in which a batch is hidden passes in 0.3 s. */
const SCALE = 200;
const POLLERS = 4;
const MESSAGES = Array.from({ length: 60 }, (_, index) => `image ${index}`);

const THROTTLED: Invocation = { outcome: "throttled" };
const STACK: QueueSettings = {
  visibilityTimeoutSeconds: VISIBILITY_FACTOR * TIMEOUT_SECONDS,
  maxReceiveCount: MAX_RECEIVE_COUNT + SPARE_RECEIVES,
};

interface Concurrency {
  /** For how long, in the queue's time, other functions leave this one nothing. */
  readonly noneSeconds: number;
  /** How many may run at once after that; each takes all its time. */
  readonly after: number;
}

/** What became of good messages whose function Lambda can't always run. */
async function endsUnder({ noneSeconds, after }: Concurrency, settings: QueueSettings = STACK) {
  const queue = await queueWith(settings, MESSAGES);
  const start = performance.now();
  const done = new Set<string>();
  let running = 0;
  const invoke = async (event: unknown) => {
    const isEmpty = performance.now() - start < (noneSeconds * 1000) / SCALE;
    if (isEmpty || running >= after) return THROTTLED;
    running++;
    await setTimeout((TIMEOUT_SECONDS * 1000) / SCALE);
    running--;
    for (const { body } of (event as { Records: { body: string }[] }).Records) done.add(body);
    return SUCCESS;
  };
  const mapping = startMapping(queue, {
    function: { invoke },
    maximumConcurrency: POLLERS,
    visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
    queueTimeScale: SCALE,
  });
  await vi.waitFor(() => expect(done.size + (queue.dead()?.length ?? 0)).toBe(MESSAGES.length), { timeout: 60_000 });
  await mapping.stop();
  return { done: done.size, dead: queue.dead()?.length };
}

describe("good messages of a function that Lambda refuses to run", () => {
  it("are worked on once it runs again, though their batches came back seven times", async () => {
    const ends = await endsUnder({ noneSeconds: 7.5 * STACK.visibilityTimeoutSeconds, after: POLLERS });

    expect(ends).toEqual({ done: MESSAGES.length, dead: 0 });
  });

  it("are worked on though twice as much is polled for as can run", async () => {
    const ends = await endsUnder({ noneSeconds: STACK.visibilityTimeoutSeconds, after: POLLERS / 2 });

    expect(ends).toEqual({ done: MESSAGES.length, dead: 0 });
  });

  it.each<[string, QueueSettings]>([
    ["come once only", { ...STACK, maxReceiveCount: 1 }],
    ["are hidden no longer than one run takes", { ...STACK, visibilityTimeoutSeconds: TIMEOUT_SECONDS }],
  ])("would become dead letters if they %s", async (_, settings) => {
    const ends = await endsUnder({ noneSeconds: 2.5 * STACK.visibilityTimeoutSeconds, after: POLLERS }, settings);

    expect(ends.dead).toBeGreaterThan(0);
  });
});

describe("an event source mapping whose function is refused", () => {
  it("asks again with the same batch, which has come once, as long as it is hidden", async () => {
    const queue = await queueOf("a", "b");
    const events: unknown[] = [];
    const invoke = async (event: unknown) => (events.push(event) < 4 ? THROTTLED : SUCCESS);
    const mapping = startMapping(queue, { function: { invoke } });

    await vi.waitFor(() => expect(events).toHaveLength(4));
    await mapping.stop();

    expect(events).toEqual(events.map(() => events[0]));
    expect(queue.left()).toEqual({ hidden: [], visible: [] });
  });

  it("stops without asking again", { timeout: 15_000 }, async () => {
    const queue = await queueOf("a");
    const invoke = vi.fn(async () => THROTTLED);
    const mapping = startMapping(queue, { function: { invoke }, queueTimeScale: 1 });
    await vi.waitFor(() => expect(invoke).toHaveBeenCalled(), { timeout: 10_000 });

    await mapping.stop();

    expect(invoke).toHaveBeenCalledTimes(1);
    expect(queue.left()).toEqual({ hidden: ["a"], visible: [] });
  });
});

describe("the fault of a function that is throttled", () => {
  it("refuses it for a while, and then no more", async () => {
    const plan = new FaultPlan({
      kinds: new Set(["function-throttled"]),
      seed: 7,
      isUploadsBucket: () => false,
      meanwhile: { removeUpload: async () => {}, overwriteUpload: async () => {}, killFunction: () => {} },
      shareOf: (_kind, _request, asked) => (asked === 0 ? 1 : 0),
    });
    const lambda = throttled({ name: "preview", invoke: async () => SUCCESS }, plan);

    const outcomes: string[] = [];
    for (let count = 0; count < 20; count++) outcomes.push((await lambda.invoke({})).outcome);

    const refused = outcomes.indexOf("returned");
    expect(refused).toBeGreaterThan(1);
    expect(new Set(outcomes.slice(refused))).toEqual(new Set(["returned"]));
    expect(plan.injected).toEqual({ "function-throttled": 1 });
  });
});
