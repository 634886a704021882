import { setTimeout } from "node:timers/promises";
import type { Machine } from "../../infra/local/machine.ts";

/** Of messages. What many wait for is not overtaken, removed or overwritten while it is worked on. */
const MOST_WAITING = 1_000;

const CALLS_PER_LOOK = 20;
const PAUSE_MS = 200;

/**
 * What those who upload call before each key, and wait for: it keeps them from running far ahead of the functions. Rejects when
 * these do not catch up in so many seconds.
 */
export function keepPace(machine: Pick<Machine, "waiting">, { seconds }: { seconds: number }): () => Promise<void> {
  let calls = 0;
  return async () => {
    if (calls++ % CALLS_PER_LOOK > 0) return;
    const deadline = performance.now() + seconds * 1000;
    for (let waiting = await machine.waiting(); waiting > MOST_WAITING; waiting = await machine.waiting()) {
      if (performance.now() > deadline)
        throw new Error(`Expected at most ${MOST_WAITING} messages to wait after ${seconds} s, found ${waiting}.`);
      await setTimeout(PAUSE_MS);
    }
  };
}
