import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PROJECT_ROOT } from "./project-root.ts";

/** A bundle that was made just now. */
export interface NewBundle {
  readonly contents: Uint8Array;
  /** The files in it: their paths from the project. */
  readonly inputs: readonly string[];
  /** See `TransformCode`; empty if there is no transform in it. */
  readonly transformSource: string;
}

/** A bundle as it lies in its file. */
export interface KeptBundle extends Pick<NewBundle, "transformSource"> {
  /** In hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Where a bundle is kept, and what it was made of. */
export interface KeptFiles {
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
 * The bundle that is kept, if neither it nor anything it was made of has changed; that of `make` otherwise, which is kept from
 * then on. To read some hundred files takes a tenth of the time that bundling them does.
 */
export async function keptBundle(
  files: KeptFiles,
  key: string,
  digests: FileDigests,
  make: () => Promise<NewBundle>,
): Promise<KeptBundle> {
  const [contents, record] = await Promise.all([
    readFile(files.bundle).catch(() => undefined),
    readRecord(files.record),
  ]);
  if (contents && record?.key === key && record.sha256 === sha256(contents) && (await digests.areStill(record.inputs)))
    return { sha256: record.sha256, bytes: contents.length, transformSource: record.transformSource };

  const start = Date.now();
  const made = await make();
  const { transformSource, inputs } = made;
  const kept = { sha256: sha256(made.contents), bytes: made.contents.length, transformSource };
  if (!contents?.equals(made.contents)) await writeInOneStep(files.bundle, made.contents);
  // Nobody can say which of its texts a file gave that was saved meanwhile.
  if (await areOlder(inputs, start)) await writeRecord(files.record, { key, inputs, ...kept });
  else await rm(files.record, { force: true });
  return kept;
}

async function readRecord(file: string): Promise<BundleRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    // There is none yet, or another program is writing it.
    return undefined;
  }
}

async function writeRecord(
  file: string,
  { inputs, ...record }: Omit<BundleRecord, "inputs"> & Pick<NewBundle, "inputs">,
): Promise<void> {
  const digests = new FileDigests();
  const noted = await Promise.all(inputs.map(async (input) => [input, await digests.of(input)]));
  await writeFile(file, JSON.stringify({ ...record, inputs: Object.fromEntries(noted) }));
}

/** Since two programs may bundle at once. */
async function writeInOneStep(file: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${dirname(file)}.${randomUUID()}.draft`;
  try {
    await writeFile(draft, content);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

async function areOlder(inputs: readonly string[], time: number): Promise<boolean> {
  const times = await Promise.all(inputs.map(async (input) => (await stat(resolve(PROJECT_ROOT, input))).mtimeMs));
  return times.every((modified) => modified < time);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
