import type { Transform } from "../../runtime/contract.ts";
import { type Dispatch, Dispatcher } from "../../runtime/dispatcher.ts";
import type { Upload } from "../../runtime/event.ts";
import { readOptions } from "../../runtime/options.ts";
import { OutputWriter } from "../../runtime/output-writer.ts";
import type { WorkerSettings } from "../../runtime/settings.ts";
import { type Resources, resourcesOf, WorkRoom } from "../../runtime/work-room.ts";
import { silentLog } from "./contexts.ts";
import { MemoryStore } from "./memory-store.ts";
import { colourOf, type PlainColour } from "./plain-images.ts";
import { preview } from "./test-transforms.ts";
import { workerSettings } from "./worker-settings.ts";

interface Given {
  readonly transform?: Transform;
  readonly settings?: WorkerSettings;
  readonly store?: MemoryStore;
  readonly digest?: string;
  /** Default: as much as anybody asks for, and two cores. */
  readonly resources?: Partial<Resources>;
}

/** A worker's dispatcher over a store in memory. */
export function testWorker({
  transform = preview as Transform,
  settings = workerSettings(),
  store = new MemoryStore(),
  digest = "digest-1",
  resources = {},
}: Given = {}) {
  const options = readOptions(transform.options, settings.options, settings.worker);
  const outputs = new OutputWriter({ variants: transform.variants(options), settings, store, digest });
  const dispatcher = new Dispatcher({
    transform,
    options,
    settings,
    store,
    outputs,
    room: new WorkRoom({ ...resourcesOf(Infinity, 2), ...resources }),
  });
  const dispatch = (upload: Partial<Upload> = {}, given: Partial<Dispatch> = {}) =>
    dispatcher.dispatch(
      { bucket: settings.uploadsBucket, key: "cat.png", ...upload },
      { signal: new AbortController().signal, redelivered: false, log: silentLog, ...given },
    );
  return { dispatcher, dispatch, settings, store };
}

/** The outputs in a store, as the colours they show. */
export async function shownOutputs(store: MemoryStore): Promise<Record<string, PlainColour>> {
  const shown: Record<string, PlainColour> = {};
  for (const key of store.keys("outputs")) {
    const body = store.get("outputs", key)?.body;
    if (body) shown[key] = await colourOf(body);
  }
  return shown;
}
