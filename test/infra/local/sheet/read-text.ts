import font from "oled-font-5x7";
import sharp from "sharp";

const SCALE = 2;
const LETTER_WIDTH = (font.width + 1) * SCALE;
/** Text is darker than this on a sheet, and whatever is behind it lighter. */
const DARK = 128;

const LETTERS = new Map(
  font.lookup.map((letter, index) => [
    font.fontData.slice(index * font.width, (index + 1) * font.width).join(),
    letter,
  ]),
);

/** The lines of text that stand in a sheet at x from y on, as far as there are any. */
export async function readLines(sheet: Uint8Array, x: number, y: number, lineHeight = 22): Promise<string[]> {
  const { data, info } = await sharp(sheet)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const isDark = (column: number, row: number) =>
    column < info.width && row < info.height && (data[3 * (row * info.width + column)] ?? 255) < DARK;
  const letterAt = (left: number, top: number) =>
    LETTERS.get(
      Array.from({ length: font.width }, (_, column) =>
        Array.from({ length: font.height }, (_, row) => row)
          .filter((row) => isDark(left + column * SCALE, top + row * SCALE))
          .reduce((bits, row) => bits | (1 << row), 0),
      ).join(),
    ) ?? "¿";
  const lines: string[] = [];
  for (let top = y; top < info.height; top += lineHeight) {
    const line = Array.from({ length: 24 }, (_, index) => letterAt(x + index * LETTER_WIDTH, top))
      .join("")
      .trimEnd();
    if (line === "") break;
    lines.push(line);
  }
  return lines;
}
