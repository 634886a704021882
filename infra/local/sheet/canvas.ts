import font from "oled-font-5x7";

export type Colour = readonly [red: number, green: number, blue: number];

/** Pixels to be drawn, with their opacity: four bytes each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

interface Place {
  readonly x: number;
  readonly y: number;
  /** Each pixel becomes a square of this side. */
  readonly scale?: number;
}

/** Pixels from one letter to the next, before scaling; a line is a few more than a letter is high. */
export const LETTER_WIDTH = font.width + 1;
export const LINE_HEIGHT = font.height + 4;

const COLUMNS = new Map(
  font.lookup.map((letter, index) => [letter, font.fontData.slice(index * font.width, (index + 1) * font.width)]),
);

/** Squares that show through what is transparent. */
const CHECK_SIDE = 8;
const CHECKS: readonly [Colour, Colour] = [
  [250, 250, 250],
  [225, 225, 225],
];

/** An opaque image of three bytes a pixel to draw on. What lies outside is not drawn. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, background: Colour) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3);
    this.#fill(0, 0, width, height, background);
  }

  /** Draws a line of text; a character that the font lacks is a question mark. No other font can be assumed anywhere. */
  text(text: string, { x, y, scale = 1 }: Place, colour: Colour): void {
    for (const [index, letter] of [...text].entries()) {
      const columns = COLUMNS.get(letter) ?? COLUMNS.get("?") ?? [];
      for (const [column, bits] of columns.entries()) {
        for (let row = 0; row < font.height; row++) {
          if (bits & (1 << row))
            this.#fill(x + (index * LETTER_WIDTH + column) * scale, y + row * scale, scale, scale, colour);
        }
      }
    }
  }

  /** Draws a picture, over checks where it is transparent. */
  picture({ width, height, pixels }: Picture, { x, y, scale = 1 }: Place): void {
    for (let row = 0; row < height * scale; row++) {
      for (let column = 0; column < width * scale; column++) {
        const from = 4 * (Math.floor(row / scale) * width + Math.floor(column / scale));
        const check = CHECKS[(Math.floor(row / CHECK_SIDE) + Math.floor(column / CHECK_SIDE)) % 2 === 0 ? 0 : 1];
        const opacity = (pixels[from + 3] ?? 0) / 255;
        const level = (channel: number) =>
          (pixels[from + channel] ?? 0) * opacity + (check[channel] ?? 0) * (1 - opacity);
        this.#fill(x + column, y + row, 1, 1, [level(0), level(1), level(2)]);
      }
    }
  }

  #fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    const right = Math.min(left + width, this.width);
    const bottom = Math.min(top + height, this.height);
    for (let y = Math.max(top, 0); y < bottom; y++) {
      for (let x = Math.max(left, 0); x < right; x++) this.pixels.set(colour, 3 * (y * this.width + x));
    }
  }
}
