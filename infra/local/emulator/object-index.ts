import { MultipartUploads } from "./multipart-uploads.ts";
import type { StoredAttributes } from "./stored-attributes.ts";

export interface ObjectEntry extends StoredAttributes {
  readonly size: number;
  /** Without its quotes. */
  readonly eTag: string;
  readonly lastModified: Date;
}

export interface ListedObject {
  readonly key: string;
  readonly entry: ObjectEntry;
  /** The key's, in UTF-8. */
  readonly bytes: Buffer;
}

/**
 * What fauxqs stores, as far as events, conditions and listings need it. It is read and written in the same turn of
 * the event loop as fauxqs's own store, so a condition that holds here still holds when the object is written.
 */
export class ObjectIndex {
  readonly uploads = new MultipartUploads();
  readonly #buckets = new Map<string, Map<string, ObjectEntry>>();
  /** Kept until a bucket changes: whoever lists a large one asks for page after page. */
  readonly #listed = new Map<string, readonly ListedObject[]>();

  addBucket(bucket: string): void {
    if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Map());
  }

  removeBucket(bucket: string): void {
    this.#buckets.delete(bucket);
    this.#listed.delete(bucket);
  }

  hasBucket(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  find(bucket: string, key: string): ObjectEntry | undefined {
    return this.#buckets.get(bucket)?.get(key);
  }

  /** Every object of a bucket, in the order of S3: by the bytes of its key. */
  list(bucket: string, prefix: string): readonly ListedObject[] {
    const listed = this.#listed.get(bucket) ?? inOrder(this.#buckets.get(bucket) ?? []);
    this.#listed.set(bucket, listed);
    return prefix === "" ? listed : listed.filter(({ key }) => key.startsWith(prefix));
  }

  put(bucket: string, key: string, stored: Omit<ObjectEntry, "lastModified">): void {
    // HTTP dates, and so HeadObject, have whole seconds only.
    const lastModified = new Date(Math.floor(Date.now() / 1000) * 1000);
    this.#buckets.get(bucket)?.set(key, { ...stored, lastModified });
    this.#listed.delete(bucket);
  }

  /** Of an object that was put before this run. */
  setLastModified(bucket: string, key: string, lastModified: Date): void {
    const objects = this.#buckets.get(bucket);
    const entry = objects?.get(key);
    if (entry) objects?.set(key, { ...entry, lastModified });
    this.#listed.delete(bucket);
  }

  /** Whether there was such an object. */
  remove(bucket: string, key: string): boolean {
    this.#listed.delete(bucket);
    return this.#buckets.get(bucket)?.delete(key) ?? false;
  }
}

function inOrder(objects: Iterable<readonly [string, ObjectEntry]>): ListedObject[] {
  return [...objects]
    .map(([key, entry]) => ({ key, entry, bytes: Buffer.from(key) }))
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes));
}
