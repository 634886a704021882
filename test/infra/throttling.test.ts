import { describe, expect, it } from "vitest";
import { MAX_RECEIVE_COUNT, VISIBILITY_FACTOR } from "../../infra/queue-with-dead-letters.ts";

interface Pollers {
  /** Batches that pollers have in hand at once, whether or not a function can take them. */
  readonly pollers: number;
  /** Functions that can run at once. */
  readonly concurrency: number;
  readonly visibilitySeconds: number;
}

interface Message {
  receives: number;
  visibleAt: number;
}

const TIMEOUT_SECONDS = 60;
const BATCH_SIZE = 10;
const VISIBILITY_SECONDS = VISIBILITY_FACTOR * TIMEOUT_SECONDS;

/**
 * Has Lambda's pollers empty a queue of good messages, second by second: a batch that no function can take is tried again until its
 * visibility ends, as AWS does with throttled invocations, and counts as received
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
 * @returns how many messages became dead letters, though nothing was wrong with them
 */
function deadLetters(count: number, { pollers, concurrency, visibilitySeconds }: Pollers): number {
  let waiting: Message[] = Array.from({ length: count }, () => ({ receives: 0, visibleAt: 0 }));
  let held: { batch: Message[]; until: number }[] = [];
  let running: number[] = [];
  let dead = 0;
  for (let now = 0; waiting.length + held.length > 0; now++) {
    running = running.filter((endsAt) => endsAt > now);
    while (held.length < pollers - running.length) {
      const visible = waiting.filter(({ visibleAt }) => visibleAt <= now).slice(0, BATCH_SIZE);
      if (visible.length === 0) break;
      waiting = waiting.filter((message) => !visible.includes(message));
      for (const message of visible) message.receives++;
      const batch = visible.filter(({ receives }) => receives <= MAX_RECEIVE_COUNT);
      dead += visible.length - batch.length;
      if (batch.length > 0) held.push({ batch, until: now + visibilitySeconds });
    }
    const taken = held.slice(0, concurrency - running.length);
    running.push(...taken.map(() => now + TIMEOUT_SECONDS));
    const refused = held.slice(taken.length);
    const given = refused.filter(({ until }) => until <= now);
    for (const { batch } of given) waiting.push(...batch.map(({ receives }) => ({ receives, visibleAt: now })));
    held = refused.filter(({ until }) => until > now);
  }
  return dead;
}

describe("good messages of functions that take all their time", () => {
  it.each([2, 10, 100])("never become dead letters with %i functions, as many as are polled for", (concurrency) => {
    const dead = deadLetters(5_000, { pollers: concurrency, concurrency, visibilitySeconds: VISIBILITY_SECONDS });

    expect(dead).toBe(0);
  });

  it("would become dead letters if more were polled for than can run, and they were hidden for one run only", () => {
    const dead = deadLetters(5_000, { pollers: 50, concurrency: 2, visibilitySeconds: TIMEOUT_SECONDS });

    expect(dead).toBeGreaterThan(100);
  });

  it("do not even when a few more are polled for than can run, since they are hidden for so long", () => {
    const dead = deadLetters(5_000, { pollers: 10, concurrency: 2, visibilitySeconds: VISIBILITY_SECONDS });

    expect(dead).toBe(0);
  });
});
