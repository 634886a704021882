import { messageOf } from "../../../runtime/errors.ts";
import { sniff } from "../../../runtime/media-type.ts";
import { type OpenedSource, openSource } from "../../../runtime/source.ts";
import { type Canvas, type Colour, LETTER_WIDTH, LINE_HEIGHT, type Picture } from "./canvas.ts";

/** A file to be shown, and what is known of it. */
export interface Shown {
  /** Over the facts: a file's name, or a worker's and a variant's. */
  readonly title: readonly string[];
  readonly body: Uint8Array;
  /** How long its worker took for it and its other outputs, if it is known. */
  readonly ms?: number | undefined;
}

/** A part of a sheet, as high as it is. */
export interface Cell {
  readonly height: number;
  readonly draw: (canvas: Canvas, x: number, y: number) => void;
}

/** The side of the square that pictures fit in, in pixels. */
export const CELL_WIDTH = 288;

/** Pictures of at most this side are shown larger, each pixel as a square. */
const SMALL = CELL_WIDTH / 2;

const TEXT_SCALE = 2;
const LETTERS = Math.floor(CELL_WIDTH / (LETTER_WIDTH * TEXT_SCALE));
/** Lines that are shown of what is no image. */
const MAX_LINES = 14;
/** Letters of a value in a document, beside the value's name in one line. */
const LONG_VALUE = 12;
const GAP = 10;

const TITLE: Colour = [20, 20, 25];
const FACTS: Colour = [110, 110, 120];

/** An image as a picture with its size, its format and its frames; other files as the text that they are. */
export async function readCell({ title, body, ms }: Shown): Promise<Cell> {
  const bytes = [inThousands(body.length), ...(ms === undefined ? [] : [`${ms} ms`])].join("  ");
  const cell = (facts: readonly string[]) => textCell([...title.map(inTitle), ...facts.map(inFacts)]);
  if (sniff(body) === undefined) return cell([bytes, ...linesOf(readable(new TextDecoder().decode(body)))]);
  try {
    const source = await openSource(body);
    const picture = await readPicture(source);
    const { width, height, format, frames } = source;
    return below(picture, cell([`${width} x ${height} ${format}${frames > 1 ? `  ${frames} frames` : ""}`, bytes]));
  } catch (error) {
    return cell([bytes, ...linesOf(messageOf(error))]);
  }
}

/** A picture over the text about it. */
function below(picture: Picture, text: Cell): Cell {
  const longest = Math.max(picture.width, picture.height);
  const scale = longest <= SMALL ? Math.floor(CELL_WIDTH / longest) : 1;
  const textTop = picture.height * scale + GAP;
  return {
    height: textTop + text.height,
    draw(canvas, x, y) {
      canvas.picture(picture, { x, y, scale });
      text.draw(canvas, x, y + textTop);
    },
  };
}

interface Line {
  readonly text: string;
  readonly colour: Colour;
}

function textCell(lines: readonly Line[]): Cell {
  const lineHeight = LINE_HEIGHT * TEXT_SCALE;
  return {
    height: lines.length * lineHeight,
    draw(canvas, x, y) {
      for (const [index, { text, colour }] of lines.entries())
        canvas.text(shortened(text), { x, y: y + index * lineHeight, scale: TEXT_SCALE }, colour);
    },
  };
}

/** The first frame, no larger than a cell. */
async function readPicture(source: OpenedSource): Promise<Picture> {
  const { data, info } = await source
    // A type without frames: the first is read alone.
    .image("image/png")
    .resize(CELL_WIDTH, CELL_WIDTH, { fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

function inTitle(text: string): Line {
  return { text, colour: TITLE };
}

function inFacts(text: string): Line {
  return { text, colour: FACTS };
}

/** JSON with a line for each value, the long ones shortened: a picture in a document is nothing to read. */
function readable(text: string): string {
  const shorten = (_: string, value: unknown) =>
    typeof value === "string" && value.length > LONG_VALUE ? `${value.slice(0, LONG_VALUE - 6)}...` : value;
  try {
    return JSON.stringify(JSON.parse(text), shorten, 1);
  } catch {
    return text;
  }
}

function linesOf(text: string): string[] {
  const lines = text.split("\n").flatMap((line) => line.match(new RegExp(`.{1,${LETTERS}}`, "g")) ?? [""]);
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES - 1), "..."] : lines;
}

function shortened(text: string): string {
  return text.length > LETTERS ? `${text.slice(0, LETTERS - 3)}...` : text;
}

function inThousands(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;
}
