import { setTimeout } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import { accessKeyOf } from "../emulator/access-key.ts";

/** What one who has read an object again gets to do with it. */
const WORK_MS = 700;
const LONGEST_WAIT_MS = 8_000;

/** Who waits for an object to be read again, by reader and address. */
const waiting = new Map<string, Set<() => void>>();

/** Notes that a function reads an object. Call it of every read. */
export function noteRead(request: FastifyRequest): void {
  for (const resolve of waiting.get(idOf(request)) ?? []) resolve();
}

/** Resolves when the same worker has read the same object again and had time to be done with it; after some seconds anyway. */
export async function anotherRead(request: FastifyRequest): Promise<void> {
  const id = idOf(request);
  const { promise, resolve } = Promise.withResolvers<void>();
  const others = waiting.get(id) ?? new Set();
  waiting.set(id, others.add(resolve));
  const giveUp = new AbortController();
  await Promise.race([
    promise.then(() => setTimeout(WORK_MS)),
    setTimeout(LONGEST_WAIT_MS, undefined, { signal: giveUp.signal }).catch(() => {}),
  ]);
  giveUp.abort();
  others.delete(resolve);
  if (others.size === 0) waiting.delete(id);
}

/** A worker's functions share the access key of their role. */
function idOf({ headers, url }: FastifyRequest): string {
  return JSON.stringify([accessKeyOf(headers), url]);
}
