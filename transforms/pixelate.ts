import {
  ALL_MEDIA_TYPES,
  boolean,
  defineTransform,
  integer,
  listOf,
  type Output,
  options,
  type Source,
} from "../runtime/contract.ts";

/** Pixels of a grid, frame below frame, with 8 bits a channel. */
interface Grid {
  readonly pixels: Uint8Array;
  readonly channels: 1 | 2 | 3 | 4;
  /** Pixels along each side of one frame. */
  readonly columns: number;
  readonly rows: number;
}

/** The source is decoded once, to a base of this many pixels a side: a common multiple of the usual cell counts. */
const BASE = 192;

export default defineTransform({
  summary: "The source in its own size and format, drawn in square grids of large single-coloured cells.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    cells: listOf({
      of: integer({ min: 1, max: 512, default: 8, describe: "Cells along each side." }),
      maxLength: 16,
      default: [8, 16, 32, 48, 64],
      describe: "Cells along each side, one variant for each.",
    }),
    optimize: boolean({
      default: false,
      describe: "Whether JPEGs are up to half as large, and WebPs a tenth smaller, in twice the time.",
    }),
  }),
  variants: ({ cells }) => cells.map((count) => ({ name: `${count}x${count}`, format: "source" })),
  limits: { memoryMb: 1769, timeoutSeconds: 300 },
  async *transform(source, { options: { cells, optimize }, lanes, canvases }) {
    const base = await readBase(source, Math.max(BASE, ...cells.map((count) => 2 * count)));
    const encode = (grid: Grid, canvas: Buffer): Promise<Uint8Array> => {
      enlarge(grid, source, canvas);
      const layout = {
        width: source.width,
        height: source.height * source.frames,
        frameHeight: source.height,
        channels: base.channels,
      };
      const image = source.fromPixels(canvas, layout);
      if (source.format === "jpeg") image.jpeg({ optimiseCoding: optimize });
      if (source.format === "webp" && !optimize) image.webp({ effort: 2 });
      // A cell of a colour that the palette lacks takes its nearest one, rather than a pattern of several.
      if (source.format === "gif") image.gif({ dither: 0 });
      return image.toBuffer();
    };
    const canvasBytes = source.width * source.height * source.frames * base.channels;
    const free: Buffer[] = [];
    const encoding: Encoding[] = [];
    for (const count of cells) {
      const grid = await shrink(source, base, count);
      while (encoding.length >= lanes()) yield* finished(encoding, free);
      // Holds what it held before: every pixel is drawn.
      const canvas = free.pop() ?? canvases.take(canvasBytes);
      const body = encode(grid, canvas);
      // Whether or not anyone is waiting for it when it fails, that is handled.
      body.catch(() => {});
      encoding.push({ count, canvas, body });
    }
    while (encoding.length > 0) yield* finished(encoding, free);
    for (const canvas of free) canvases.give(canvas);
  },
});

interface Encoding {
  readonly count: number;
  readonly canvas: Buffer;
  readonly body: Promise<Uint8Array>;
}

/** The first of what is being encoded, once it is; its canvas is free again. */
async function* finished(encoding: Encoding[], free: Buffer[]): AsyncGenerator<Output> {
  const first = encoding.shift();
  if (!first) return;
  const body = await first.body;
  free.push(first.canvas);
  yield { variant: `${first.count}x${first.count}`, body };
}

async function readBase(source: Source, side: number): Promise<Grid> {
  if (source.frames > 1) return shrink(source, await read(source, source.width, source.height), side);
  return read(source, Math.min(side, source.width), Math.min(side, source.height));
}

async function read(source: Source, columns: number, rows: number): Promise<Grid> {
  const { data, info } = await source
    .image()
    .resize(columns, rows, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, channels: info.channels, columns, rows };
}

/** One pixel a cell: the mean of what the cell covers. */
async function shrink(source: Source, base: Grid, count: number): Promise<Grid> {
  const columns = Math.min(count, base.columns);
  const rows = Math.min(count, base.rows);
  const { channels } = base;
  const frameBytes = base.columns * base.rows * channels;
  const frames: Buffer[] = [];
  // Frame by frame, since libvips takes an animation for one tall image and would mix the edges of its frames.
  for (let start = 0; start < base.pixels.length; start += frameBytes) {
    const frame = source.fromPixels(base.pixels.subarray(start, start + frameBytes), {
      width: base.columns,
      height: base.rows,
      channels,
    });
    frames.push(await frame.resize(columns, rows, { fit: "fill", kernel: "linear" }).raw().toBuffer());
  }
  return { pixels: Buffer.concat(frames), channels, columns, rows };
}

/** Fills the canvas with cells as nearest-neighbour enlargement does: a pixel takes the colour of the cell its centre lies in. */
function enlarge(grid: Grid, { width, height, frames }: Source, canvas: Buffer): void {
  const rowBytes = width * grid.channels;
  const [columns, rows] = [edges(width, grid.columns), edges(height, grid.rows)];
  for (let frame = 0; frame < frames; frame++) {
    for (let row = 0; row < grid.rows; row++) {
      const start = (frame * height + at(rows, row)) * rowBytes;
      const end = (frame * height + at(rows, row + 1)) * rowBytes;
      const cells = grid.pixels.subarray((frame * grid.rows + row) * grid.columns * grid.channels);
      drawRow(canvas.subarray(start, start + rowBytes), cells, grid.channels, columns);
      // What is filled is copied as a whole, again and again: few large copies take half as long as one of each row.
      for (let filled = rowBytes; start + filled < end; filled *= 2)
        canvas.copyWithin(start + filled, start, start + Math.min(filled, end - start - filled));
    }
  }
}

function drawRow(row: Buffer, cells: Uint8Array, channels: number, columns: readonly number[]): void {
  for (let cell = 0; cell + 1 < columns.length; cell++) {
    const colour = cells.subarray(cell * channels, (cell + 1) * channels);
    row.fill(colour, at(columns, cell) * channels, at(columns, cell + 1) * channels);
  }
}

/** Where each of some cells begins, and where the last one ends. */
function edges(length: number, cells: number): number[] {
  return Array.from({ length: cells + 1 }, (_, cell) => Math.ceil((cell * length) / cells - 0.5));
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? 0;
}
