import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { renderSheet } from "../../infra/local/sheet.ts";
import type { RegisteredTransform } from "../../runtime/registry.ts";
import { runTransform } from "../../runtime/run-transform.ts";
import { openSource } from "../../runtime/source.ts";
import { contextOf } from "../conformance/observation.ts";
import { decodeImage } from "../support/decoded-image.ts";
import { landscape } from "./landscape.ts";

/** Where a transform's picture lies, from the project's folder. */
export function picturePath(name: string): string {
  return `test/docs/pictures/${name}.webp`;
}

/** The side of the squares that pictures are compared by, in pixels. */
const SQUARE = 32;

/**
 * How far a square of a stored picture may lie from one made now, in mean levels of 255: encoders round otherwise on other
 * processors and in other versions, which changes a few levels and a digit in a caption. What a transform does otherwise is
 * further away, if only in one place.
 */
const ALIKE = 16;

/** As many outputs as make two rows with the source. */
const MAX_OUTPUTS = 7;

/** A contact sheet of what a transform makes of the landscape, with the defaults of its options. */
export async function renderPicture({ name, transform }: RegisteredTransform): Promise<Buffer> {
  const source = await landscape();
  const outputs: { title: string[]; body: Uint8Array }[] = [];
  const context = contextOf(transform, new AbortController().signal);
  for await (const { variant, body } of runTransform(transform, await openSource(source), context))
    outputs.push({ title: [name, variant.name], body: Buffer.from(body) });
  const section = { source: { title: ["landscape.jpg"], body: source }, outputs: outputs.slice(0, MAX_OUTPUTS) };
  const sheet = await renderSheet([section]);
  return sharp(sheet).webp({ quality: 60 }).toBuffer();
}

/** Whether the stored picture of a transform is there and shows what this one does. */
export async function isCurrent(name: string, picture: Buffer): Promise<boolean> {
  const file = fileURLToPath(new URL(`../../${picturePath(name)}`, import.meta.url));
  const stored = await readFile(file).catch(() => undefined);
  return stored !== undefined && (await areAlike(stored, picture));
}

/** Whether two pictures differ by no more than how they were encoded. */
export async function areAlike(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  const [first, second] = [await decodeImage(one), await decodeImage(other)];
  if (first.width !== second.width || first.height !== second.height) return false;
  const columns = Math.ceil(first.width / SQUARE);
  const sums = new Float64Array(columns * Math.ceil(first.height / SQUARE));
  for (const [index, level] of first.pixels.entries()) {
    const pixel = index >> 2;
    const [x, y] = [pixel % first.width, Math.floor(pixel / first.width)];
    const square = Math.floor(y / SQUARE) * columns + Math.floor(x / SQUARE);
    sums[square] = (sums[square] ?? 0) + Math.abs(level - (second.pixels[index] ?? 0));
  }
  // Three channels: the fourth, opacity, is the same everywhere.
  return Math.max(...sums) / (3 * SQUARE ** 2) <= ALIKE;
}
