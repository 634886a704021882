import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PROJECT_ROOT } from "./project-root.ts";

export interface Bundle {
  readonly contents: Uint8Array;
  /** See `TransformCode`; empty if there is no transform in it. */
  readonly transformSource: string;
}

/** A bundle that was made just now, and the files in it: their paths from the project. */
export interface NewBundle extends Bundle {
  readonly inputs: readonly string[];
}

/** Where a bundle is kept, and what a record of it says. */
export interface KeptFiles {
  /** Written by the caller. */
  readonly bundle: string;
  readonly record: string;
}

/** What a bundle was made of: while all of it is as it was, so is the bundle. */
interface BundleRecord {
  /** What else than files decides the bundle. */
  readonly key: string;
  /** SHA-256 of each file in it, by its path. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly sha256: string;
  readonly transformSource: string;
}

/** Digests of files at one moment: bundles that are looked at together have most of their files in common. */
export class FileDigests {
  readonly #digests = new Map<string, Promise<string | undefined>>();

  /** Of the file at a path from the project; `undefined` if there is none. */
  of(path: string): Promise<string | undefined> {
    const known = this.#digests.get(path);
    if (known) return known;
    const digest = readFile(resolve(PROJECT_ROOT, path)).then(sha256, () => undefined);
    this.#digests.set(path, digest);
    return digest;
  }

  async areStill(noted: Readonly<Record<string, string>>): Promise<boolean> {
    const same = Object.entries(noted).map(async ([path, digest]) => (await this.of(path)) === digest);
    return (await Promise.all(same)).every(Boolean);
  }
}

/**
 * The bundle that is kept, if neither it nor anything it was made of has changed; that of `make` otherwise. To read some
 * hundred files takes a tenth of the time that bundling them does.
 */
export async function keptBundle(
  files: KeptFiles,
  key: string,
  digests: FileDigests,
  make: () => Promise<NewBundle>,
): Promise<Bundle> {
  const [contents, record] = await Promise.all([
    readFile(files.bundle).catch(() => undefined),
    readRecord(files.record),
  ]);
  const isKept = contents && record && record.key === key && record.sha256 === sha256(contents);
  if (isKept && (await digests.areStill(record.inputs))) return { contents, transformSource: record.transformSource };

  const start = Date.now();
  const { inputs, ...made } = await make();
  // Nobody can say which of its texts a file gave that was saved meanwhile.
  if (await areOlder(inputs, start)) await writeRecord(files.record, key, inputs, made);
  else await rm(files.record, { force: true });
  return made;
}

async function readRecord(file: string): Promise<BundleRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    // There is none yet, or another program is writing it.
    return undefined;
  }
}

async function writeRecord(file: string, key: string, inputs: readonly string[], bundle: Bundle): Promise<void> {
  const digests = new FileDigests();
  const noted = await Promise.all(inputs.map(async (input) => [input, await digests.of(input)]));
  await mkdir(dirname(file), { recursive: true });
  const { contents, transformSource } = bundle;
  const record = { key, inputs: Object.fromEntries(noted), sha256: sha256(contents), transformSource };
  await writeFile(file, JSON.stringify(record));
}

async function areOlder(inputs: readonly string[], time: number): Promise<boolean> {
  const times = await Promise.all(inputs.map(async (input) => (await stat(resolve(PROJECT_ROOT, input))).mtimeMs));
  return times.every((modified) => modified < time);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
