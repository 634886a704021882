import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { deflateRawSync } from "node:zlib";
import type { CodeSize } from "./lambda-limits.ts";

/** Bytes of a zip file beside names and contents: an entry's two headers with their times, its descriptor, and the end. */
const ZIP_ENTRY_BYTES = 30 + 9 + 16 + 46 + 9;
const ZIP_END_BYTES = 22;

/** By what is zipped: several plans have the same code, and to compress it takes longer than all else in a plan. */
const zippedSizes = new Map<string, number>();

interface CodeFile {
  readonly path: string;
  /** From the folder, with slashes. */
  readonly name: string;
}

/** The files of a folder that becomes a function's or a layer's code. Nothing but names and contents counts, as for Pulumi. */
export class CodeFiles implements CodeSize {
  readonly #files: readonly CodeFile[];

  /** `undefined` if there is no such folder. */
  static at(folder: string): CodeFiles | undefined {
    return existsSync(folder) ? new CodeFiles(folder) : undefined;
  }

  private constructor(folder: string) {
    this.#files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => ({ path, name: relative(folder, path).replaceAll("\\", "/") }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get bytes(): number {
    return sum(this.#files.map(({ path }) => statSync(path).size));
  }

  /** Of the zip file that Pulumi makes, to within some percent: its compressor is another one. */
  get zippedBytes(): number {
    const { sha256 } = this;
    const bytes = zippedSizes.get(sha256) ?? this.#zip();
    zippedSizes.set(sha256, bytes);
    return bytes;
  }

  #zip(): number {
    const entries = this.#files.map(
      ({ path, name }) => ZIP_ENTRY_BYTES + 2 * Buffer.byteLength(name) + deflateRawSync(readFileSync(path)).length,
    );
    return ZIP_END_BYTES + sum(entries);
  }

  /** Of all names and contents, in hexadecimal digits. */
  get sha256(): string {
    const hash = createHash("sha256");
    for (const { path, name } of this.#files) {
      hash.update(`${name}\0`).update(createHash("sha256").update(readFileSync(path)).digest());
    }
    return hash.digest("hex");
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
