import { Dispatcher } from "../../../runtime/dispatcher.ts";
import { OutputWriter } from "../../../runtime/output-writer.ts";
import type { WorkerSettings } from "../../../runtime/settings.ts";
import type { ObjectStore } from "../../../runtime/store.ts";
import { resourcesOf, WorkRoom } from "../../../runtime/work-room.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { chosenBy } from "./schedules.ts";
import { type SourceState, twoSizes } from "./source-states.ts";

/** The dispatcher of one function, which shares nothing with others but the store. */
export function dispatcherOf(settings: WorkerSettings) {
  return (store: ObjectStore): Dispatcher => {
    const outputs = new OutputWriter({ variants: twoSizes.variants({}), settings, store, digest: "digest-1" });
    const room = new WorkRoom(resourcesOf(Infinity, 2));
    return new Dispatcher({ transform: twoSizes, options: {}, settings, store, outputs, room });
  };
}

/** What lies in the outputs bucket: all that is stored of each object, its bytes in short. */
export function outputsIn(store: MemoryStore): Record<string, unknown> {
  const stored = store.keys("outputs").sort();
  return Object.fromEntries(
    stored.map((key) => {
      const { body = Buffer.of(), ...rest } = store.get("outputs", key) ?? {};
      return [key, { ...rest, body: Buffer.from(body).toString("base64") }];
    }),
  );
}

/** What an upload has for outputs that never was anything else, after one run that nothing disturbs. */
export async function outputsOf(state: SourceState, settings: WorkerSettings): Promise<Record<string, unknown>> {
  const undisturbed = { settings, dispatcherOf: dispatcherOf(settings), states: [state], repeated: [0], faults: 0 };
  const { world } = await chosenBy([], undisturbed);
  return outputsIn(world.store);
}
