/** A GIF taken apart. What nobody has to understand in order to turn it stays the bytes it was. */
export interface GifFile {
  readonly width: number;
  readonly height: number;
  /** The packed fields of the screen descriptor: size and kind of the palette. */
  readonly flags: number;
  /** The palette index of the background. */
  readonly background: number;
  /** The screen descriptor's byte for the shape of a pixel. */
  readonly aspect: number;
  /** Red, green and blue of each colour; empty if every frame brings its own. */
  readonly palette: Uint8Array;
  /** How often the animation is repeated, 0 for ever; absent if it plays once. */
  readonly repeats: number | undefined;
  readonly frames: readonly GifFrame[];
}

/** A frame, as far as it lies within the screen. */
export interface GifFrame extends Plane {
  readonly left: number;
  readonly top: number;
  /** The packed fields of the image descriptor: size and kind of the palette. */
  readonly flags: number;
  /** Red, green and blue of each colour; empty if the frame uses those of the file. */
  readonly palette: Uint8Array;
  /** The four bytes of the graphic control extension: disposal, delay and transparent index; absent if there is none. */
  readonly control: Uint8Array | undefined;
}

/** Palette indexes of a rectangle, and the order in which they are read: its first row from left to right, then the next. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly indexes: Uint8Array;
  /** Where the first pixel lies in `indexes`. */
  readonly origin: number;
  /** How far the next pixel of a row lies from its neighbour. */
  readonly across: number;
  /** How far the next pixel of a column lies from its neighbour. */
  readonly down: number;
  /** Bits of the largest index, as the compressed data declare them. */
  readonly codeSize: number;
}
