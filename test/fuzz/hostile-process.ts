/** Gives one image to one transform as its worker would, and tells how it ended and what it took: FILE TRANSFORM. */
import { readFileSync } from "node:fs";
import { readTransforms } from "../../runtime/registry.ts";
import { resourcesOf } from "../../runtime/work-room.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { peakMb } from "../support/process-memory.ts";
import { testWorker } from "../support/test-worker.ts";
import { workerSettings } from "../support/worker-settings.ts";
import { outcomeOf } from "./outcome.ts";
import type { HostileEnd } from "./run-hostile.ts";

const [, , file = "", name = "", folder = ""] = process.argv;
const transform = (await readTransforms(folder)).get(name);
const settings = workerSettings({ worker: name, transform: name });
const store = new MemoryStore().set("uploads", "hostile", { body: readFileSync(file) });
const worker = testWorker({ transform, settings, store, resources: resourcesOf(transform.limits.memoryMb, 2) });

const start = performance.now();
const outcome = await outcomeOf(async () => {
  const result = await worker.dispatch({ key: "hostile" });
  if (result.status === "done" && result.notes.length > 0) return `done (${result.notes.join(" ")})`;
  return "code" in result ? `${result.status} ${result.code}` : result.status;
});
const end: HostileEnd = {
  outcome,
  peakMb: peakMb(),
  seconds: Math.round(performance.now() - start) / 1000,
};
process.send?.(end);
process.disconnect?.();
