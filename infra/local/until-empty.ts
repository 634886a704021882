import { setTimeout } from "node:timers/promises";
import type { Emulator } from "./emulator.ts";

interface Waiting {
  readonly seconds: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 50;

/** Resolves with whether there is nothing in these queues, neither visible nor hidden, before so many seconds are over. */
export async function untilEmpty(
  emulator: Pick<Emulator, "inspectQueue">,
  queues: readonly string[],
  { seconds, signal }: Waiting,
): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  // What one function has done may be another one's work, which is seen only by looking again.
  while (!((await areEmpty(emulator, queues)) && (await areEmpty(emulator, queues)))) {
    if (signal?.aborted || performance.now() > deadline) return false;
    await setTimeout(POLL_MS);
  }
  return true;
}

async function areEmpty(emulator: Pick<Emulator, "inspectQueue">, queues: readonly string[]): Promise<boolean> {
  return (await countMessages(emulator, queues)) === 0;
}

/** How many messages are in these queues, visible, hidden or delayed. */
export async function countMessages(
  emulator: Pick<Emulator, "inspectQueue">,
  queues: readonly string[],
): Promise<number> {
  const contents = await Promise.all(queues.map((name) => emulator.inspectQueue(name)));
  return contents.reduce(
    (sum, { ready, delayed, inflight }) => sum + ready.length + delayed.length + inflight.length,
    0,
  );
}
