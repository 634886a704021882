import { Canvas, type Colour } from "./sheet/canvas.ts";
import { CELL_WIDTH, type Cell, readCell, type Shown } from "./sheet/cell.ts";
import { encodePng } from "./sheet/png.ts";

export type { Shown } from "./sheet/cell.ts";

/** A source, and what was made of it. */
export interface SheetSection {
  readonly source: Shown;
  readonly outputs: readonly Shown[];
}

const COLUMNS = 4;
const MARGIN = 24;
const BACKGROUND: Colour = [255, 255, 255];

/** A contact sheet as PNG: each source, and its outputs beside it. */
export async function renderSheet(sections: readonly SheetSection[]): Promise<Buffer> {
  const rows = (await Promise.all(sections.map(readRows))).flat();
  const columns = Math.max(...rows.map((cells) => cells.length));
  const height = rows.reduce((sum, cells) => sum + heightOf(cells) + MARGIN, MARGIN);
  const canvas = new Canvas(MARGIN + columns * (CELL_WIDTH + MARGIN), height, BACKGROUND);
  let y = MARGIN;
  for (const cells of rows) {
    for (const [column, cell] of cells.entries()) cell.draw(canvas, MARGIN + column * (CELL_WIDTH + MARGIN), y);
    y += heightOf(cells) + MARGIN;
  }
  return encodePng(canvas);
}

/** Each source begins a row. */
async function readRows({ source, outputs }: SheetSection): Promise<Cell[][]> {
  const cells = await Promise.all([source, ...outputs].map(readCell));
  return Array.from({ length: Math.ceil(cells.length / COLUMNS) }, (_, row) =>
    cells.slice(row * COLUMNS, (row + 1) * COLUMNS),
  );
}

function heightOf(cells: readonly Cell[]): number {
  return Math.max(...cells.map(({ height }) => height));
}
