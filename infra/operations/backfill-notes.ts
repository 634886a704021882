import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ListedUpload } from "./upload-event.ts";

/** Which work a backfill is about. Notes of another one say nothing about it. */
export interface NotedWork {
  readonly worker: string;
  /** The digest of the worker's work. */
  readonly digest: string;
  /** What the keys of its uploads start with. */
  readonly prefix: string;
}

/** One line of the file. */
type Note =
  | { readonly digest: string }
  | { readonly sent: readonly (readonly [key: string, eTag: string])[] }
  | { readonly prefix: string; readonly after: string };

/** What is kept of a key: as good as the key, and shorter. */
const KEY_DIGITS = 24;

/**
 * What a backfill of one worker did, in a file that outlives it: how far it came, and what it sent. An upload that was sent once and has no
 * outputs still is one that the worker makes none of, or has not come to yet; to send it again with each run would never end.
 */
export class BackfillNotes {
  /** The key after which the last run, which was stopped, goes on; `undefined` if none was. */
  after: string | undefined;
  readonly #file: string;
  readonly #work: NotedWork;
  readonly #sent: Map<string, string>;

  private constructor(file: string, work: NotedWork, { sent, after }: Told) {
    this.#file = file;
    this.#work = work;
    this.#sent = sent;
    this.after = after;
  }

  /** Reads what earlier backfills of the same work noted. */
  static async read(folder: string, work: NotedWork): Promise<BackfillNotes> {
    const file = join(folder, `${work.worker}.jsonl`);
    const text = await readFile(file, "utf8").catch(() => "");
    return new BackfillNotes(file, work, readNotes(text, work));
  }

  /** Whether these very bytes were sent. */
  wasSent({ key, eTag }: Pick<ListedUpload, "key" | "eTag">): boolean {
    return this.#sent.get(nameOf(key)) === eTag;
  }

  /** Notes that uploads were sent, before anything else happens. */
  async addSent(uploads: readonly ListedUpload[]): Promise<void> {
    if (uploads.length === 0) return;
    const sent = uploads.map(({ key, eTag }) => [nameOf(key), eTag] as const);
    for (const [name, eTag] of sent) this.#sent.set(name, eTag);
    await this.#append({ sent });
  }

  /** Forgets an upload whose outputs are there. */
  forget({ key }: Pick<ListedUpload, "key">): void {
    this.#sent.delete(nameOf(key));
  }

  /** Forgets all: everything is sent again that has no outputs. */
  clear(): void {
    this.#sent.clear();
    this.after = undefined;
  }

  async setAfter(key: string): Promise<void> {
    this.after = key;
    await this.#append({ prefix: this.#work.prefix, after: key });
  }

  /** Notes that the end was reached: the next run begins at the first key. */
  async finish(): Promise<void> {
    this.after = undefined;
    await this.save();
  }

  /** Writes the file anew, without what is not true any more. */
  async save(): Promise<void> {
    const { digest, prefix } = this.#work;
    const notes: Note[] = [
      { digest },
      { sent: [...this.#sent] },
      ...(this.after === undefined ? [] : [{ prefix, after: this.after }]),
    ];
    await mkdir(dirname(this.#file), { recursive: true });
    const draft = `${this.#file}.draft`;
    await writeFile(draft, notes.map(toLine).join(""));
    await rename(draft, this.#file);
  }

  async #append(note: Note): Promise<void> {
    await appendFile(this.#file, toLine(note));
  }
}

interface Told {
  readonly sent: Map<string, string>;
  readonly after: string | undefined;
}

function readNotes(text: string, { digest, prefix }: NotedWork): Told {
  const sent = new Map<string, string>();
  let after: string | undefined;
  const [first, ...notes] = text.split("\n").flatMap(readLine);
  if (!first || !("digest" in first) || first.digest !== digest) return { sent, after };
  for (const note of notes) {
    if ("sent" in note) for (const [name, eTag] of note.sent) sent.set(name, eTag);
    // How far another prefix was done is nothing to this one.
    if ("after" in note) after = note.prefix === prefix ? note.after : undefined;
  }
  return { sent, after };
}

/** A killed run may have left half a line. */
function readLine(line: string): Note[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

function toLine(note: Note): string {
  return `${JSON.stringify(note)}\n`;
}

function nameOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, KEY_DIGITS);
}
