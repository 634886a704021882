import { open, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { CodeFiles } from "../code-files.ts";
import { codeProblem } from "../lambda-limits.ts";
import type { Architecture } from "./lock.ts";

/** The ELF header's number of each processor (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html). */
const ELF_MACHINE = { arm64: 183, x86_64: 62 } as const satisfies Record<Architecture, number>;
/** ELF, of 64 bits and little-endian. */
const ELF_BEGINNING = "7f454c460201";
const ELF_MACHINE_OFFSET = 18;
const HEADER_BYTES = 20;

/** How programs and libraries of other systems begin: ELF of other kinds, Mach-O for one and for several processors, PE. */
const BINARY_BEGINNINGS = ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "4d5a"];
const BINARY_NAME = /\.(node|dll|dylib|wasm|exe)$|\.so(\.|$)/;

/** Throws a `TypeError` that names the first file which Lambda could not use, or the limit that a layer exceeds. */
export async function checkFiles(folder: string, architecture: Architecture): Promise<void> {
  let binaries = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const shown = relative(folder, path).replaceAll("\\", "/");
    // Pulumi would follow it, to wherever it leads on this machine.
    if (entry.isSymbolicLink()) throw new TypeError(`Expected no symbolic link in a layer, received ${shown}.`);
    if (!entry.isFile()) continue;
    const header = await readHeader(path);
    if (!isBinary(entry.name, header)) continue;
    if (!isElfFor(header, architecture)) {
      throw new TypeError(`Expected only binaries of Linux on ${architecture} in a layer, received ${shown}.`);
    }
    binaries += 1;
  }
  if (binaries === 0) throw new TypeError(`Expected binaries of Linux on ${architecture} in a layer, found none.`);
  const files = CodeFiles.at(folder);
  const problem = files && codeProblem("a layer", files);
  if (problem) throw new TypeError(problem);
}

async function readHeader(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEADER_BYTES) });
  return buffer.subarray(0, bytesRead);
}

/** By its name or by its first bytes: programs have any name. */
function isBinary(name: string, header: Buffer): boolean {
  return BINARY_NAME.test(name) || BINARY_BEGINNINGS.some((beginning) => begins(header, beginning));
}

function isElfFor(header: Buffer, architecture: Architecture): boolean {
  if (header.length < HEADER_BYTES || !begins(header, ELF_BEGINNING)) return false;
  return header.readUInt16LE(ELF_MACHINE_OFFSET) === ELF_MACHINE[architecture];
}

function begins(header: Buffer, hexadecimals: string): boolean {
  return header.toString("hex").startsWith(hexadecimals);
}
