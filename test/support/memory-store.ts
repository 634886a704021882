import { createHash } from "node:crypto";
import type { NewObject, ObjectHead, ObjectStore, OpenObject } from "../../runtime/store.ts";

/** What a store is asked for; `bytes` is the rest of an opened object. */
export type StoreAction = "head" | "open" | "bytes" | "put" | "remove";

/** An object as the store holds it; uploads have no more than bytes, and perhaps a coding and metadata. */
export interface StoredObject extends Partial<NewObject> {
  readonly body: Uint8Array;
  readonly contentEncoding?: string;
  readonly hiddenMetadata?: number;
}

/** Runs right before an action, with the number of its calls on this bucket so far, this one included. */
type Hook = (call: { readonly bucket: string; readonly key: string; readonly count: number }) => void | Promise<void>;

/** An object store in memory. As on S3, an ETag is the MD5 of the bytes, so that it comes again with them. */
export class MemoryStore implements ObjectStore {
  /** Each call in order: `put outputs/preview/cat.png/small.png`. */
  readonly calls: string[] = [];
  /** Opened objects that were let go: `uploads/cat.png`. */
  readonly discarded: string[] = [];
  readonly #objects = new Map<string, StoredObject>();
  readonly #hooks = new Map<StoreAction, Hook>();
  readonly #counts = new Map<string, number>();

  /** Lets a test change the store, wait or throw in the middle of a run. */
  on(action: StoreAction, hook: Hook): this {
    this.#hooks.set(action, hook);
    return this;
  }

  set(bucket: string, key: string, object: StoredObject): this {
    this.#objects.set(`${bucket}/${key}`, object);
    return this;
  }

  get(bucket: string, key: string): StoredObject | undefined {
    return this.#objects.get(`${bucket}/${key}`);
  }

  delete(bucket: string, key: string): this {
    this.#objects.delete(`${bucket}/${key}`);
    return this;
  }

  keys(bucket: string): string[] {
    const prefix = `${bucket}/`;
    return [...this.#objects.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  }

  async head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    await this.#call("head", bucket, key);
    const object = this.get(bucket, key);
    return object && headOf(object);
  }

  async open(bucket: string, key: string): Promise<OpenObject | undefined> {
    await this.#call("open", bucket, key);
    const object = this.get(bucket, key);
    if (!object) return undefined;
    const bytes = async () => {
      await this.#call("bytes", bucket, key);
      return object.body;
    };
    return {
      ...headOf(object),
      firstBytes: object.body.subarray(0, 100),
      bytes,
      discard: () => void this.discarded.push(`${bucket}/${key}`),
    };
  }

  async put(bucket: string, key: string, object: NewObject): Promise<void> {
    await this.#call("put", bucket, key);
    this.set(bucket, key, object);
  }

  async remove(bucket: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.#call("remove", bucket, key);
      this.delete(bucket, key);
    }
  }

  async #call(action: StoreAction, bucket: string, key: string): Promise<void> {
    const count = (this.#counts.get(`${action} ${bucket}`) ?? 0) + 1;
    this.#counts.set(`${action} ${bucket}`, count);
    this.calls.push(`${action} ${bucket}/${key}`);
    await this.#hooks.get(action)?.({ bucket, key, count });
  }
}

export function eTagOf(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function headOf({ body, contentEncoding, metadata = {}, hiddenMetadata = 0 }: StoredObject): ObjectHead {
  return { eTag: eTagOf(body), size: body.length, contentEncoding, metadata, hiddenMetadata };
}
