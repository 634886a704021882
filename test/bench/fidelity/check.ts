import sharp from "sharp";
import type { Fidelity } from "../jobs.ts";
import type { Outputs } from "../subjects/work.ts";
import { cellsOf, decode, meanDifference, pixelsOffGrid } from "./cells.ts";
import { DIRECTIONS, turnProblems } from "./gif-turns.ts";

/** What is compared: our outputs, and Pillow's if there is one here. */
export interface Compared {
  readonly source: Uint8Array;
  readonly ours: Outputs;
  readonly pillow: Outputs | undefined;
}

/** The mean difference that cells may have from Pillow's, in levels of 255. */
export const CELL_TOLERANCE = 2;

const CELLS = [8, 16, 32, 48, 64];
const THUMBNAIL_SIDE = 128;
const RESIZE_SIDE = 1600;
const WIDTHS = [320, 640, 1024, 1600, 2048];

/** What is wrong with outputs, as sentences. */
export function fidelityProblems(fidelity: Fidelity, compared: Compared): Promise<string[]> {
  return CHECKS[fidelity](compared);
}

/** How far the cells of each pixelated output are from Pillow's, in levels of 255; nothing for what is not there. */
export async function cellDifferences({ ours, pillow }: Compared): Promise<Map<string, number>> {
  const differences = new Map<string, number>();
  for (const count of CELLS) {
    const variant = `${count}x${count}`;
    const [output, theirs] = [ours.get(variant), pillow?.get(variant)];
    if (!output || !theirs) continue;
    const [cells, others] = [cellsOf(await decode(output), count), cellsOf(await decode(theirs), count)];
    differences.set(variant, meanDifference(cells, others));
  }
  return differences;
}

const CHECKS: Readonly<Record<Fidelity, (compared: Compared) => Promise<string[]>>> = {
  thumbnail: async ({ source, ours }) => sizeProblems(ours, { small: inside(await sizeOf(source), THUMBNAIL_SIDE) }),
  "fits 1600": async ({ source, ours }) => sizeProblems(ours, { fit: inside(await sizeOf(source), RESIZE_SIDE) }),
  "same size": async ({ source, ours }) => {
    const size = await sizeOf(source);
    return sizeProblems(ours, Object.fromEntries([...only(ours)].map((variant) => [variant, size])));
  },
  widths: async ({ source, ours }) => {
    const { width, height } = await sizeOf(source);
    const sizes = WIDTHS.map((wanted) => Math.min(wanted, width)).map((wanted) => ({
      width: wanted,
      height: Math.round((height * wanted) / width),
    }));
    const expected = ["avif", "webp"].flatMap((format) =>
      sizes.map((size, index) => [`${format}-${WIDTHS[index]}`, size] as const),
    );
    return sizeProblems(ours, Object.fromEntries(expected));
  },
  placeholder: async ({ source, ours }) => {
    const { width, height } = await sizeOf(source);
    const told = JSON.parse(Buffer.from(ours.get("placeholder") ?? []).toString() || "{}");
    return told.width === width && told.height === height
      ? []
      : [`Expected a placeholder of ${width} x ${height}, received ${told.width} x ${told.height}.`];
  },
  "gif turns": async ({ source, ours }) => {
    const problems = DIRECTIONS.map(async (direction) => {
      const turned = ours.get(direction);
      return turned ? turnProblems(source, turned, direction) : [`Expected ${direction}, received nothing.`];
    });
    return (await Promise.all(problems)).flat();
  },
  pixelate: async (compared) => {
    const problems: string[] = [];
    for (const count of CELLS) problems.push(...(await pixelateProblems(compared, count)));
    for (const [variant, off] of await cellDifferences(compared)) {
      if (off > CELL_TOLERANCE)
        problems.push(
          `Expected cells of ${variant} within ${CELL_TOLERANCE} levels of Pillow's, received ${off.toFixed(2)}.`,
        );
    }
    return problems;
  },
};

async function pixelateProblems({ source, ours, pillow }: Compared, count: number): Promise<string[]> {
  const variant = `${count}x${count}`;
  const output = ours.get(variant);
  if (!output) return [`Expected ${variant}, received nothing.`];
  const { format } = await sharp(source).metadata();
  const problems = await sizeProblems(new Map([[variant, output]]), { [variant]: await sizeOf(source) });
  const picture = await decode(output);
  const theirs = pillow?.get(variant);
  if (format === "png") {
    problems.push(...gridProblems(variant, pixelsOffGrid(picture, count)));
    // The rule itself is held against Pillow's own enlargement.
    if (theirs) problems.push(...gridProblems(`Pillow's ${variant}`, pixelsOffGrid(await decode(theirs), count)));
  }
  return problems;
}

function gridProblems(what: string, off: number): string[] {
  return off === 0 ? [] : [`Expected ${what} enlarged as NEAREST does it, received ${off} other pixels.`];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function sizeProblems(outputs: Outputs, expected: Readonly<Record<string, Size>>): Promise<string[]> {
  const problems = Object.entries(expected).map(async ([variant, size]) => {
    const output = outputs.get(variant);
    if (!output) return [`Expected ${variant}, received nothing.`];
    const { width, height } = await sizeOf(output);
    return width === size.width && height === size.height
      ? []
      : [`Expected ${variant} of ${size.width} x ${size.height}, received ${width} x ${height}.`];
  });
  return (await Promise.all(problems)).flat();
}

async function sizeOf(bytes: Uint8Array): Promise<Size> {
  const { width, height, pageHeight = height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return { width, height: pageHeight };
}

/** The size within a square, never enlarged. */
function inside({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The names of what there must be at least one of. */
function only(outputs: Outputs): Iterable<string> {
  if (outputs.size === 0) throw new Error("Expected at least one output, received none.");
  return outputs.keys();
}
