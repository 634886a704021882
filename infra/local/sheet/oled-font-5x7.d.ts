declare module "oled-font-5x7" {
  const font: {
    readonly width: number;
    readonly height: number;
    /** The columns of each character, `width` bytes each; the lowest bit is at the top. */
    readonly fontData: readonly number[];
    /** The characters, in the order of their columns. */
    readonly lookup: readonly string[];
  };
  export default font;
}
