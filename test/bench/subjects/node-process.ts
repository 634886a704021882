import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { messageOf } from "../../../runtime/errors.ts";
import { peakMb } from "../../support/process-memory.ts";
import type { Answer, NodeSubject, Outputs, Ready, Upload, Work } from "./work.ts";

const MEGABYTE = 1024 * 1024;

/** Only what is asked for is loaded: neither its memory nor its settings of sharp are another's. */
const SUBJECTS: Readonly<Record<string, () => Promise<NodeSubject>>> = {
  ours: async () => (await import("./ours.ts")).ours(),
  bare: async () => (await import("./bare.ts")).bare(),
  floor: async () => (await import("./floor.ts")).floor(),
};

const start = SUBJECTS[process.argv[2] ?? ""];
if (!start) throw new TypeError(`Expected ${Object.keys(SUBJECTS).join(", ")}, received ${process.argv[2]}.`);
const subject = await start();
const held = new Map<string, Promise<Uint8Array>>();

say({ versions: {}, idleMb: process.memoryUsage.rss() / MEGABYTE });
for await (const line of createInterface({ input: process.stdin })) {
  say(await answer(JSON.parse(line)).catch((error) => ({ error: messageOf(error) })));
}

async function answer(work: Work): Promise<Answer> {
  const uploads = await Promise.all(work.files.map((file, index) => uploadOf(file, index, work.held)));
  await subject.prepare?.(work, uploads);
  let outputs: Outputs = new Map();
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  for (let time = 0; time < work.times; time++) outputs = await subject.run(work, uploads);
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  if (work.keep !== undefined) await keep(work.keep, outputs);
  const most = peakMb() || process.resourceUsage().maxRSS / 1024;
  return { wallMs, cpuMs: (user + system) / 1000, peakMb: most };
}

async function uploadOf(file: string, index: number, isHeld: boolean): Promise<Upload> {
  const bytes = () => {
    if (!isHeld) return readFile(file);
    const reading = held.get(file) ?? readFile(file);
    held.set(file, reading);
    return reading;
  };
  if (isHeld) await bytes();
  return { key: `${index}-${basename(file)}`, file, size: (await stat(file)).size, bytes };
}

/** Files named like variants: what comes after the key of the upload, without its extension. */
async function keep(folder: string, outputs: Outputs): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [variant, body] of outputs) await writeFile(join(folder, variant.replace(/\.\w+$/, "")), body);
}

function say(message: Answer | Ready): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
