import { readMessage } from "../../runtime/event.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { plainImage } from "../support/plain-images.ts";
import { eventBridgeEvent, s3Event, TEST_EVENT, wrappedBySns } from "../support/s3-events.ts";
import { testWorker } from "../support/test-worker.ts";
import { randomOf } from "./image-cases.ts";
import { mutateJson } from "./mutate-json.ts";

const SIZE = 200;

const SEEDS: readonly string[] = [
  s3Event({ key: "cat.png", size: SIZE, eTag: "0123456789abcdef0123456789abcdef", sequencer: "00A1" }),
  s3Event({ key: "cat.png", eventName: "ObjectRemoved:Delete" }),
  s3Event({ key: "été 1/a+b.png", size: SIZE }, { key: "cat.png", size: SIZE }),
  wrappedBySns(s3Event({ key: "cat.png", size: SIZE })),
  wrappedBySns(TEST_EVENT),
  TEST_EVENT,
  eventBridgeEvent({ key: "cat.png", size: SIZE, etag: "0123456789abcdef0123456789abcdef", sequencer: "00A1" }),
  eventBridgeEvent({ key: "cat.png" }, "Object Deleted"),
];

/** The body of a message of a case: the same for the same numbers. */
export function eventCase(number: number, seed: number): string {
  const random = randomOf("event", number, seed);
  return mutateJson(random.pick(SEEDS), random);
}

const worker = testWorker({ store: new MemoryStore().set("uploads", "cat.png", { body: await plainImage("red") }) });

/** Runs a case as a worker would: gives how its uploads end, in one word each; throws what the worker would get. */
export async function runEventCase(body: string): Promise<string> {
  const ends = new Set<string>();
  for (const upload of readMessage(body)) {
    const result = await worker.dispatch(upload);
    ends.add("code" in result ? `${result.status} ${result.code}` : result.status);
  }
  return ends.size === 0 ? "nothing to do" : [...ends].sort().join(", ");
}
