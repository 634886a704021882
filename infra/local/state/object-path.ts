import { createHash } from "node:crypto";

/** File systems allow names of 255 bytes, drafts and tools add some; whole paths are shorter on some systems. */
const MAX_NAME_BYTES = 200;
const MAX_PATH_BYTES = 800;

/** Beside the plain paths: no plain path begins with it. */
const HASHED_FOLDER = ".hashed";

const RESERVED_CHARACTERS = /[<>:"|?*\\\p{Cc}\p{Cs}]/u;
const RESERVED_NAMES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The path below its bucket's folder under which an object can be found: its key, if that means the same file, and no
 * other, on every file system; `undefined` if not. It never leaves the folder.
 */
export function plainPath(key: string): string | undefined {
  const names = key.split("/");
  const isPlain = names.every(isPlainName) && Buffer.byteLength(key) <= MAX_PATH_BYTES;
  return isPlain && foldPath(names[0] ?? "") !== HASHED_FOLDER ? key : undefined;
}

/** Where an object lies whose key is no path. */
export function hashedPath(key: string): string {
  return `${HASHED_FOLDER}/${createHash("sha256").update(key).digest("hex")}`;
}

/** The same for all paths that a file system without regard to case, or to the composition of letters, takes for one. */
export function foldPath(path: string): string {
  return path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

/** The folders that a path lies in. */
export function parentsOf(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}

function isPlainName(name: string): boolean {
  return (
    name !== "" &&
    // Windows drops these; "." and ".." are among them.
    !/[. ]$/.test(name) &&
    Buffer.byteLength(name) <= MAX_NAME_BYTES &&
    !RESERVED_CHARACTERS.test(name) &&
    !RESERVED_NAMES.test(name)
  );
}
