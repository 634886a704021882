import { setTimeout } from "node:timers/promises";
import { messageOf } from "../../../runtime/errors.ts";
import type { DeployedStack, DeployedWorker } from "../deploy.ts";
import { queueName } from "../queue-name.ts";
import { deadLettersOf, type KeyResult } from "../results.ts";

const INTERVAL_MS = 500;

function report(error: unknown): KeyResult[] {
  console.error(`Dead letters can't be looked at: ${messageOf(error)}`);
  return [];
}

/**
 * Tells `onResult` of each dead letter that comes without a code, and leaves it where it is. Returns how to stop.
 * @param currentStack the stack as it is by now
 */
export async function watchCrashes(
  currentStack: () => DeployedStack,
  onResult: (result: KeyResult) => void,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const seen = new Set<string>();
  const look = async () => {
    const { machine, workers } = currentStack();
    const fresh = await Promise.all(workers.map((worker) => unseen(machine, worker)));
    return fresh.flat();
  };
  // Those of earlier runs were told of then.
  await look().catch(report);
  const watching = watch();
  return async () => {
    stopping.abort();
    await watching;
  };

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      // A queue that a client deleted, or any other mishap, must not end the machine.
      (await look().catch(report)).forEach(onResult);
      await setTimeout(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function unseen(machine: DeployedStack["machine"], worker: DeployedWorker): Promise<KeyResult[]> {
    const { ready, delayed, inflight } = await machine.emulator.inspectQueue(queueName(worker.deadLetterQueueUrl));
    const letters = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    return letters.flatMap(({ messageId, body, messageAttributes }) => {
      if (messageAttributes.code || seen.has(messageId)) return [];
      seen.add(messageId);
      return deadLettersOf(worker, body);
    });
  }
}
