/** A GIF to be built; what is left out is not in the file, or 0. */
export interface BuiltGif {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly BuiltFrame[];
  /** Red, green and blue of each colour. */
  readonly palette?: readonly number[];
  readonly background?: number;
  readonly aspect?: number;
  /** How often an animation is repeated, 0 for ever. */
  readonly repeats?: number;
  readonly loopApplication?: "NETSCAPE2.0" | "ANIMEXTS1.0";
  /** Extensions before the first frame. */
  readonly extensions?: readonly Uint8Array[];
}

export interface BuiltFrame {
  readonly left?: number;
  readonly top?: number;
  readonly width: number;
  readonly height: number;
  /** The palette index of each pixel, row after row from the top. */
  readonly indexes: readonly number[];
  readonly palette?: readonly number[];
  readonly interlaced?: boolean;
  /** A palette index. */
  readonly transparent?: number;
  readonly disposal?: number;
  readonly userInput?: boolean;
  /** Hundredths of a second. */
  readonly delay?: number;
  /** Bits of the largest index; 8 by default. */
  readonly codeSize?: number;
  /** How the pixels become codes; compressed with a new code table for each 4096 codes by default. */
  readonly codes?: (indexes: readonly number[], codeSize: number) => readonly Code[];
}

/** A number, and in how many bits it is written. */
export interface Code {
  readonly code: number;
  readonly bits: number;
}

export function buildGif(gif: BuiltGif): Uint8Array {
  const { palette = [], background = 0, aspect = 0, extensions = [], repeats } = gif;
  return Buffer.concat([
    Buffer.from("GIF89a"),
    Uint8Array.of(...uint16(gif.width), ...uint16(gif.height), paletteFlags(palette), background, aspect),
    Uint8Array.from(palette),
    ...(repeats === undefined ? [] : [loopExtension(repeats, gif.loopApplication)]),
    ...extensions,
    ...gif.frames.flatMap(frameBlocks),
    Uint8Array.of(0x3b),
  ]);
}

/** An extension of a label and its sub-blocks: bytes, or text of which each character is a byte. */
export function extension(label: number, ...blocks: readonly (string | readonly number[])[]): Uint8Array {
  const bytes = blocks.map((block) => (typeof block === "string" ? Buffer.from(block, "latin1") : Buffer.from(block)));
  return Buffer.concat([
    Uint8Array.of(0x21, label),
    ...bytes.flatMap((block) => [Uint8Array.of(block.length), block]),
    Uint8Array.of(0),
  ]);
}

/** Codes that begin a new code table whenever it is full. */
export function compressedCodes(indexes: readonly number[], codeSize: number): Code[] {
  return lzwCodes(indexes, codeSize, { clearsFullTable: true });
}

/** Codes of which the code table stays as it is once it is full, as some encoders write them. */
export function deferredClearCodes(indexes: readonly number[], codeSize: number): Code[] {
  return lzwCodes(indexes, codeSize, { clearsFullTable: false });
}

/** One code for each pixel, without a string: the table is cleared before codes would grow. */
export function uncompressedCodes(indexes: readonly number[], codeSize: number): Code[] {
  const bits = codeSize + 1;
  const clear = { code: 1 << codeSize, bits };
  const run = (1 << codeSize) - 2;
  const codes = indexes.flatMap((index, at) =>
    at % run === 0 ? [clear, { code: index, bits }] : [{ code: index, bits }],
  );
  return [...codes, { code: (1 << codeSize) + 1, bits }];
}

/** Textbook LZW over a map of strings. */
function lzwCodes(
  indexes: readonly number[],
  codeSize: number,
  { clearsFullTable }: { clearsFullTable: boolean },
): Code[] {
  const clear = 1 << codeSize;
  const codes: Code[] = [];
  let table = new Map<string, number>();
  let bits = codeSize + 1;
  let next = clear + 2;
  const emit = (code: number) => codes.push({ code, bits });
  const codeOf = (text: string) => table.get(text) ?? Number(text);
  emit(clear);
  let text = "";
  for (const index of indexes) {
    const longer = text === "" ? `${index}` : `${text},${index}`;
    if (text === "" || table.has(longer)) {
      text = longer;
      continue;
    }
    emit(codeOf(text));
    text = `${index}`;
    if (next < 4096) {
      table.set(longer, next);
      if (next === 2 ** bits) bits++;
      next++;
    } else if (clearsFullTable) {
      emit(clear);
      table = new Map();
      bits = codeSize + 1;
      next = clear + 2;
    }
  }
  if (text !== "") emit(codeOf(text));
  if (next === 2 ** bits && next < 4096) bits++;
  emit(clear + 1);
  return codes;
}

function frameBlocks(frame: BuiltFrame): Uint8Array[] {
  const { left = 0, top = 0, width, height, palette = [], interlaced = false, codeSize = 8 } = frame;
  const { codes = compressedCodes } = frame;
  const stored = interlaced ? interlacedRows(frame) : frame.indexes;
  return [
    ...controlExtension(frame),
    Uint8Array.of(0x2c, ...[left, top, width, height].flatMap(uint16)),
    Uint8Array.of(paletteFlags(palette) | (interlaced ? 0x40 : 0)),
    Uint8Array.from(palette),
    Uint8Array.of(codeSize),
    ...subBlocks(packed(codes(stored, codeSize))),
    Uint8Array.of(0),
  ];
}

function controlExtension({ transparent, disposal, delay, userInput }: BuiltFrame): Uint8Array[] {
  if (transparent === undefined && disposal === undefined && delay === undefined && !userInput) return [];
  const fields = ((disposal ?? 0) << 2) | (userInput ? 2 : 0) | (transparent === undefined ? 0 : 1);
  return [extension(0xf9, [fields, ...uint16(delay ?? 0), transparent ?? 0])];
}

function loopExtension(repeats: number, application = "NETSCAPE2.0"): Uint8Array {
  return extension(0xff, application, [1, ...uint16(repeats)]);
}

function interlacedRows({ indexes, width, height }: BuiltFrame): number[] {
  const rows = Array.from({ length: height }, (_, y) => y);
  const order = [
    ...rows.filter((y) => y % 8 === 0),
    ...rows.filter((y) => y % 8 === 4),
    ...rows.filter((y) => y % 4 === 2),
    ...rows.filter((y) => y % 2 === 1),
  ];
  return order.flatMap((y) => indexes.slice(y * width, (y + 1) * width));
}

function packed(codes: readonly Code[]): Uint8Array {
  const bytes: number[] = [];
  let pending = 0;
  let pendingBits = 0;
  for (const { code, bits } of codes) {
    pending += code * 2 ** pendingBits;
    pendingBits += bits;
    for (; pendingBits >= 8; pendingBits -= 8) {
      bytes.push(pending % 256);
      pending = Math.floor(pending / 256);
    }
  }
  if (pendingBits > 0) bytes.push(pending);
  return Uint8Array.from(bytes);
}

function subBlocks(data: Uint8Array): Uint8Array[] {
  const count = Math.ceil(data.length / 255);
  return Array.from({ length: count }, (_, block) => {
    const bytes = data.subarray(block * 255, (block + 1) * 255);
    return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
  });
}

/** The flag for a palette, and its size as a power of two; a palette of no colours is none. */
function paletteFlags(palette: readonly number[]): number {
  return palette.length === 0 ? 0 : 0x80 | (Math.log2(palette.length / 3) - 1);
}

function uint16(value: number): [number, number] {
  return [value % 256, Math.floor(value / 256)];
}
