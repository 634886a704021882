import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { messageOf } from "../../../runtime/errors.ts";
import { peakMb } from "../../support/process-memory.ts";
import type { Answer, NodeSubject, Outputs, Ready, Upload, Work } from "./work.ts";

const MEGABYTE = 1024 * 1024;

/** Answers lines on standard input with lines on standard output, until there are no more. */
export async function serve(start: () => Promise<NodeSubject>): Promise<void> {
  const subject = await start();
  const held: Held = new Map();
  say({ versions: {}, idleMb: process.memoryUsage.rss() / MEGABYTE });
  for await (const line of createInterface({ input: process.stdin })) {
    say(await answer(subject, JSON.parse(line), held).catch((error) => ({ error: messageOf(error) })));
  }
}

/** Files that stay in memory. */
type Held = Map<string, Promise<Uint8Array>>;

async function answer(subject: NodeSubject, work: Work, held: Held): Promise<Answer> {
  const uploads = await Promise.all(
    work.files.map((file, index) => uploadOf(file, index, work.held ? held : undefined)),
  );
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

async function uploadOf(file: string, index: number, held: Held | undefined): Promise<Upload> {
  const bytes = () => {
    const reading = held?.get(file) ?? readFile(file);
    held?.set(file, reading);
    return reading;
  };
  if (held) await bytes();
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
