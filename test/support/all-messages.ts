import type { QueueContents } from "../../infra/local/emulator.ts";

/** The bodies of all messages in a queue, whether or not they can be received now. */
export function allMessages({ ready, delayed, inflight }: QueueContents): string[] {
  return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(({ body }) => body);
}
