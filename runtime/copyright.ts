/** The EXIF fields that say whose an image is. */
export interface Copyright {
  readonly Copyright?: string;
  readonly Artist?: string;
}

/** The fields' tags in the first directory (CIPA DC-008, 4.6). */
const TAGS: Readonly<Record<number, keyof Copyright>> = { 33432: "Copyright", 315: "Artist" };

/** What a text may be written as: 7-bit ASCII, which many take for any encoding, and UTF-8 since EXIF 3.0. */
const TEXT_TYPES: readonly number[] = [2, 129];

const HEADER = "Exif\0\0";
const ENTRY_BYTES = 12;

/** Longer texts are cut: each output carries them. */
const MAX_CHARACTERS = 500;
const MAX_BYTES = 4 * MAX_CHARACTERS;

/**
 * Reads the copyright notice and the artist out of a block of EXIF, if it has them. Looks at nothing else, so that a block
 * that was made to be costly is not; what is not readable counts as not there.
 */
export function readCopyright(exif: Uint8Array): Copyright {
  try {
    return Object.fromEntries(readFields(exif));
  } catch (error) {
    // An offset that points out of the block.
    if (error instanceof RangeError) return {};
    throw error;
  }
}

function* readFields(exif: Uint8Array): Generator<[keyof Copyright, string]> {
  const start = text(exif, 0, HEADER.length) === HEADER ? HEADER.length : 0;
  const view = new DataView(exif.buffer, exif.byteOffset + start, exif.byteLength - start);
  const order = text(exif, start, 2);
  if (order !== "II" && order !== "MM") return;
  const isLittle = order === "II";
  const directory = view.getUint32(4, isLittle);
  const entries = view.getUint16(directory, isLittle);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES;
    const field = TAGS[view.getUint16(entry, isLittle)];
    if (!field || !TEXT_TYPES.includes(view.getUint16(entry + 2, isLittle))) continue;
    const length = view.getUint32(entry + 4, isLittle);
    // Up to four bytes stand in the entry itself.
    const at = length <= 4 ? entry + 8 : view.getUint32(entry + 8, isLittle);
    const value = clean(decode(exif.subarray(start + at, start + at + Math.min(length, MAX_BYTES))));
    if (value) yield [field, value];
  }
}

/** As UTF-8, or, if it is none, as Latin-1, which any bytes are. */
function decode(bytes: Uint8Array): string {
  try {
    // A character that the limit cuts in two is no error.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

/** Photographer and editor are separated by a null, and followed by one. */
function clean(value: string): string {
  const names = value.split("\0").map((name) => name.replaceAll(/\p{Cc}+/gu, " ").trim());
  return [...names.filter(Boolean).join(", ")].slice(0, MAX_CHARACTERS).join("");
}

function text(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
