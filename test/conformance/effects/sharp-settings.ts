import { setTimeout } from "node:timers/promises";
import sharp from "sharp";
import { ALL_MEDIA_TYPES } from "../../../runtime/media-type.ts";
import { allowLoaders } from "../../../runtime/source.ts";

interface SharpSettings {
  readonly cache: { readonly memory: number; readonly files: number; readonly items: number };
  readonly concurrency: number;
  readonly simd: boolean;
}

/** What only a decoder that the host blocks can read. */
const BLOCKED = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');

/** How long sharp may go on after the work. */
const GRACE_MS = 100;

/** Tells what of sharp's settings for the whole process has changed when it is stopped, and sets it back. */
export function watchSharp(): () => Promise<string[]> {
  const before = readSettings();
  return async () => {
    const after = readSettings();
    const changed = (Object.keys(before) as (keyof SharpSettings)[]).filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    );
    const findings = [
      ...changed.map((name) => `sharp.${name}() of ${JSON.stringify(after[name])}`),
      ...((await decodesBlocked()) ? ["decoders that the host blocks"] : []),
      ...((await isBusy()) ? ["work that sharp still does"] : []),
    ];
    if (findings.length > 0) restore(before);
    return findings;
  };
}

function readSettings(): SharpSettings {
  const { memory, files, items } = sharp.cache();
  return {
    cache: { memory: memory.max, files: files.max, items: items.max },
    concurrency: sharp.concurrency(),
    simd: sharp.simd(),
  };
}

function restore({ cache, concurrency, simd }: SharpSettings): void {
  sharp.cache(cache);
  sharp.concurrency(concurrency);
  sharp.simd(simd);
  allowLoaders(ALL_MEDIA_TYPES);
}

function decodesBlocked(): Promise<boolean> {
  return sharp(BLOCKED)
    .metadata()
    .then(
      () => true,
      () => false,
    );
}

async function isBusy(): Promise<boolean> {
  const busy = () => Object.values(sharp.counters()).some((count) => count > 0);
  if (busy()) await setTimeout(GRACE_MS);
  return busy();
}
