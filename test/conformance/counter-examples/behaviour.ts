import { lookup } from "node:dns/promises";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type sharp from "sharp";
import type { Transform } from "../../../runtime/contract.ts";
import type { BEHAVIOUR_PROMISES } from "../behaviour-promises.ts";
import { type CounterExample, doing } from "./counter-example.ts";
import { fileOf } from "./definitions.ts";
import hoardsMemory from "./files/hoards-memory.ts";

export const BEHAVIOUR_COUNTER_EXAMPLES: Readonly<Record<keyof typeof BEHAVIOUR_PROMISES, CounterExample>> = {
  "stops soon after its signal aborts": doing(async (_, signal) => {
    if (signal.aborted) await new Promise(() => {});
  }),

  "lets no error escape": doing(() => {
    void Promise.reject(new Error("Nobody waits for this."));
  }),

  "leaves no temporary file": doing((source) => writeFile(join(tmpdir(), "copy"), String(source.width))),

  "leaves nothing open": doing(() => setInterval(() => {}, 60_000).unref()),

  "uses no network and no other process": doing(() => lookup("localhost")),

  "leaves sharp's settings as they were": doing((source) => {
    // The contract gives no way to sharp itself; an image does.
    const { concurrency } = source.image().constructor as typeof sharp;
    concurrency(concurrency() + 1);
  }),

  "leaves the process as it was": doing((source) => Object.assign(globalThis, { lastSource: source })),

  "stays within its memory": { transform: hoardsMemory as Transform, file: fileOf("hoards-memory.ts") },
};
