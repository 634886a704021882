import { setTimeout } from "node:timers/promises";
import type { Invocation, LocalFunction } from "../function-host.ts";
import type { ReceivedMessage } from "./receive-batch.ts";

interface PatientCall {
  readonly function: Pick<LocalFunction, "invoke">;
  /** The queue's own, in its own time. */
  readonly visibilityTimeoutSeconds: number;
  readonly queueTimeScale: number;
  readonly now: () => number;
  /** Ends the trying. */
  readonly signal: AbortSignal;
}

/** Between tries, in the queue's time; doubled with each one. AWS says of them only that they become rarer. */
const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 30;

/**
 * Has a function work on a batch. As long as Lambda refuses for want of concurrency it is asked again, until the batch's visibility
 * ends: then it is `throttled`, and its messages have been received once more
 * (https://docs.aws.amazon.com/lambda/latest/operatorguide/sqs-retries.html).
 */
export async function invokePatiently(batch: readonly ReceivedMessage[], call: PatientCall): Promise<Invocation> {
  const { visibilityTimeoutSeconds, queueTimeScale, now, signal } = call;
  const receivedAt = Math.min(...batch.map((message) => message.receivedAt));
  const hiddenUntil = receivedAt + (visibilityTimeoutSeconds * 1000) / queueTimeScale;
  const event = { Records: batch.map(({ record }) => record) };
  for (let pauseSeconds = FIRST_PAUSE_SECONDS; ; pauseSeconds = Math.min(2 * pauseSeconds, LONGEST_PAUSE_SECONDS)) {
    const invocation = await call.function.invoke(event);
    const left = hiddenUntil - now();
    if (invocation.outcome !== "throttled" || left <= 0) return invocation;
    await setTimeout(Math.min((pauseSeconds * 1000) / queueTimeScale, left), undefined, { signal }).catch(() => {});
    if (hiddenUntil <= now() || signal.aborted) return invocation;
  }
}
