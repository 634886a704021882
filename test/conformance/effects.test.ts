import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type Effects, watchEffects } from "./effects.ts";

const NONE: Effects = { temporaryFiles: [], left: [], network: [], sharp: [], process: [] };

const BLACK = { width: 8, height: 8, channels: 3, background: "black" } as const;

const FOUND: [what: string, work: () => unknown, effects: Partial<Effects>][] = [
  ["nothing of work that ends", () => sharp({ create: BLACK }).png().toBuffer(), {}],
  ["nothing of a wait that is over", () => setTimeout(2), {}],
  ["a timer", () => void globalThis.setTimeout(() => {}, 60_000).unref(), { left: ["a timer"] }],
  ["an open file", () => void openSync(import.meta.filename, "r"), { left: [`open file ${import.meta.filename}`] }],
  ["a server", () => listen(), { network: ["a server"], left: ["a server"] }],
  ["a connection", () => once(connect(1, "127.0.0.1"), "connect").catch(() => {}), { network: ["a connection"] }],
  ["another process", () => run("true"), { network: ["another process"] }],
  ["a temporary folder", () => mkdtemp(join(tmpdir(), "a-")), { temporaryFiles: [expect.stringMatching(/^a-/)] }],
  ["a global", () => void Object.assign(globalThis, { seen: true }), { process: ["seen"] }],
  [
    "another environment",
    () => void Object.assign(process.env, { SEEN: "1" }),
    { process: [expect.stringMatching(/SEEN$/)] },
  ],
  [
    "a built-in that was extended",
    () => void Object.defineProperty(Array.prototype, "seen", { value: true }),
    { process: ["Array.prototype.seen"] },
  ],
  [
    "a listener",
    () => void process.on("SIGUSR2", () => {}),
    { process: ["listeners to SIGUSR2"], left: ["a signal handler"] },
  ],
  ["sharp's cache", () => void sharp.cache(false), { sharp: ['sharp.cache() of {"memory":0,"files":0,"items":0}'] }],
  ["sharp's concurrency", () => void sharp.concurrency(3), { sharp: ["sharp.concurrency() of 3"] }],
  [
    "decoders that were blocked",
    () => sharp.unblock({ operation: ["VipsForeignLoadSvg"] }),
    { sharp: ["decoders that the host blocks"] },
  ],
];

describe("what a run did", () => {
  it.each(FOUND)("tells of %s", async (_, work, effects) => {
    const { effects: found } = await watchEffects(async () => work());

    expect(found).toEqual({ ...NONE, ...effects });
  });

  it("has sharp as it was afterwards", async () => {
    const before = { cache: sharp.cache().memory.max, concurrency: sharp.concurrency() };

    await watchEffects(async () => {
      sharp.cache({ memory: 7 });
      sharp.concurrency(before.concurrency + 2);
    });

    expect({ cache: sharp.cache().memory.max, concurrency: sharp.concurrency() }).toEqual(before);
  });
});

function listen(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  createServer().listen(0, "127.0.0.1", resolve).unref();
  return promise;
}

function run(command: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  spawn(command, { stdio: "ignore" }).on("close", () => resolve());
  return promise;
}
