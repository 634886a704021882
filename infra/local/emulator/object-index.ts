import { MultipartUploads } from "./multipart-uploads.ts";
import type { StoredAttributes } from "./stored-attributes.ts";

export interface ObjectEntry extends StoredAttributes {
  readonly size: number;
  /** Without its quotes. */
  readonly eTag: string;
  readonly lastModified: Date;
}

/**
 * What fauxqs stores, as far as events, conditions and listings need it. It is read and written in the same turn of
 * the event loop as fauxqs's own store, so a condition that holds here still holds when the object is written.
 */
export class ObjectIndex {
  readonly uploads = new MultipartUploads();
  readonly #buckets = new Map<string, Map<string, ObjectEntry>>();

  addBucket(bucket: string): void {
    if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Map());
  }

  removeBucket(bucket: string): void {
    this.#buckets.delete(bucket);
  }

  hasBucket(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  find(bucket: string, key: string): ObjectEntry | undefined {
    return this.#buckets.get(bucket)?.get(key);
  }

  /** Every object of a bucket, in the order of S3: by the bytes of its key. */
  list(bucket: string, prefix: string): readonly { readonly key: string; readonly entry: ObjectEntry }[] {
    return [...(this.#buckets.get(bucket) ?? [])]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, entry]) => ({ key, entry, bytes: Buffer.from(key) }))
      .sort((one, other) => Buffer.compare(one.bytes, other.bytes));
  }

  put(bucket: string, key: string, stored: Omit<ObjectEntry, "lastModified">): void {
    // HTTP dates, and so HeadObject, have whole seconds only.
    const lastModified = new Date(Math.floor(Date.now() / 1000) * 1000);
    this.#buckets.get(bucket)?.set(key, { ...stored, lastModified });
  }

  /** Of an object that was put before this run. */
  setLastModified(bucket: string, key: string, lastModified: Date): void {
    const objects = this.#buckets.get(bucket);
    const entry = objects?.get(key);
    if (entry) objects?.set(key, { ...entry, lastModified });
  }

  /** Whether there was such an object. */
  remove(bucket: string, key: string): boolean {
    return this.#buckets.get(bucket)?.delete(key) ?? false;
  }
}
