import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { foldPath, hashedPath, parentsOf, plainPath } from "./object-path.ts";

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** What is known about an object besides its bytes. */
export interface ObjectRecord extends ObjectName {
  /** Without quotes. */
  readonly eTag: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  /** The headers with which it was stored: type, caching, user metadata, checksums, storage class, tags. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of each part of a multipart upload, which its entity tag depends on. */
  readonly partSizes: readonly number[];
}

/** A change of an object whose events are not sent yet. */
export interface NotedChange extends ObjectName {
  readonly number: number;
}

interface Folders {
  readonly buckets: string;
  readonly drafts: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS object (
    bucket TEXT NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL, path TEXT NOT NULL, folded TEXT NOT NULL,
    PRIMARY KEY (bucket, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS objectPath ON object (bucket, folded);
  CREATE TABLE IF NOT EXISTS change (number INTEGER PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL) STRICT;
`;

/**
 * Objects as plain files, `buckets/BUCKET/KEY`, with a row each for what a file can't hold. Why this is enough:
 * - A change is noted before anything is written and crossed out when its events are journaled. If the process is killed in
 *   between, the next run sends an event of what is there then; an event is only a hint to look.
 * - A file is complete before it takes its name, and its row follows. Between the two the row's entity tag is not that of
 *   the file's bytes: `isIntact` is the reader's to check, and what is not is a change as well.
 * - A row goes before its file: a file without a row is no object.
 */
export class ObjectFiles {
  readonly #database: DatabaseSync;
  readonly #folders: Folders;
  /** Paths that are being written for the first time, which have no row yet. */
  readonly #claimed = new Set<string>();

  constructor(database: DatabaseSync, folders: Folders) {
    database.exec(SCHEMA);
    this.#database = database;
    this.#folders = folders;
  }

  /** Not for two writes of one object at a time. */
  async write(record: ObjectRecord, body: Uint8Array): Promise<void> {
    const { bucket, key } = record;
    const draft = join(this.#folders.drafts, randomUUID());
    await writeFile(draft, body);
    const path = this.#pathOf({ bucket, key }) ?? this.#freePath({ bucket, key });
    const claim = `${bucket}/${foldPath(path)}`;
    this.#claimed.add(claim);
    try {
      const stored = await this.#place(draft, record, path);
      this.#run("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?)", [
        ...[bucket, key, JSON.stringify(record), stored, foldPath(stored)],
      ]);
    } finally {
      this.#claimed.delete(claim);
    }
  }

  async remove({ bucket, key }: ObjectName): Promise<void> {
    const path = this.#pathOf({ bucket, key });
    this.#run("DELETE FROM object WHERE bucket = ? AND key = ?", [bucket, key]);
    if (path !== undefined) await rm(this.#fileOf(bucket, path), { force: true });
  }

  list(bucket: string): ObjectRecord[] {
    return this.#all("SELECT record FROM object WHERE bucket = ? ORDER BY key", [bucket]).map(({ record }) =>
      JSON.parse(String(record)),
    );
  }

  /** An object's bytes, or `undefined` if its file is gone. */
  async read({ bucket, key }: ObjectName): Promise<Buffer | undefined> {
    return readFile(this.#fileOf(bucket, this.#pathOf({ bucket, key }) ?? hashedPath(key))).catch(() => undefined);
  }

  /** Gives the number by which the change is forgotten. */
  noteChange({ bucket, key }: ObjectName): number {
    return Number(this.#run("INSERT INTO change (bucket, key) VALUES (?, ?)", [bucket, key]).lastInsertRowid);
  }

  forgetChange(number: number): void {
    this.#run("DELETE FROM change WHERE number = ?", [number]);
  }

  notedChanges(): NotedChange[] {
    return this.#all("SELECT * FROM change ORDER BY number", []).map(({ number, bucket, key }) => ({
      number: Number(number),
      bucket: String(bucket),
      key: String(key),
    }));
  }

  /** Gives the file its name; another one if what lies there forbids it, as the folder `a` does for the key `a`. */
  async #place(draft: string, { bucket, key }: ObjectName, path: string): Promise<string> {
    const file = this.#fileOf(bucket, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await rename(draft, file);
      return path;
    } catch (error) {
      if (path === hashedPath(key)) throw error;
      return this.#place(draft, { bucket, key }, hashedPath(key));
    }
  }

  #pathOf({ bucket, key }: ObjectName): string | undefined {
    const [row] = this.#all("SELECT path FROM object WHERE bucket = ? AND key = ?", [bucket, key]);
    return row && String(row.path);
  }

  /** The plain path of a new object, unless that is another object's file, or a folder of one, or below one. */
  #freePath({ bucket, key }: ObjectName): string {
    const plain = plainPath(key);
    if (plain === undefined) return hashedPath(key);
    const folded = foldPath(plain);
    const files = [folded, ...parentsOf(folded)];
    const taken = this.#all(
      `SELECT 1 FROM object WHERE bucket = ? AND (folded > ? AND folded < ? OR folded IN (${files.map(() => "?")})) LIMIT 1`,
      // All that begins with the path and a slash: "0" follows "/".
      [bucket, `${folded}/`, `${folded}0`, ...files],
    );
    return taken.length > 0 || this.#claimed.has(`${bucket}/${folded}`) ? hashedPath(key) : plain;
  }

  #fileOf(bucket: string, path: string): string {
    return join(this.#folders.buckets, bucket, path);
  }

  #run(sql: string, values: SQLInputValue[]) {
    return this.#database.prepare(sql).run(...values);
  }

  #all(sql: string, values: SQLInputValue[]) {
    return this.#database.prepare(sql).all(...values);
  }
}
