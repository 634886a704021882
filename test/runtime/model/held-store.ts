import { PipelineError } from "../../../runtime/errors.ts";
import type { NewObject, ObjectHead, ObjectStore, OpenObject } from "../../../runtime/store.ts";
import type { MemoryStore } from "../../support/memory-store.ts";

/** A call that a run has made and that the store has not got yet. */
export interface HeldCall {
  /** `put outputs/two-sizes/cat.png/one.png` */
  readonly name: string;
  /** Does the call, and tells nobody: what a run that died had sent. */
  land(): Promise<unknown>;
  /** Does the call and answers it. */
  answer(): Promise<void>;
  /** Answers that it failed, without doing it. */
  fail(): void;
}

/** A view of a store whose every call waits until it is let through; removals of several objects are calls of their own. */
export class HeldStore implements ObjectStore {
  readonly #store: MemoryStore;
  readonly #hold: (call: HeldCall) => void;

  constructor(store: MemoryStore, hold: (call: HeldCall) => void) {
    this.#store = store;
    this.#hold = hold;
  }

  head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    return this.#held(`head ${bucket}/${key}`, () => this.#store.head(bucket, key));
  }

  async open(bucket: string, key: string): Promise<OpenObject | undefined> {
    const object = await this.#held(`open ${bucket}/${key}`, () => this.#store.open(bucket, key));
    return object && { ...object, bytes: () => this.#held(`bytes ${bucket}/${key}`, () => object.bytes()) };
  }

  put(bucket: string, key: string, object: NewObject): Promise<void> {
    return this.#held(`put ${bucket}/${key}`, () => this.#store.put(bucket, key, object));
  }

  async remove(bucket: string, keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map((key) => this.#held(`remove ${bucket}/${key}`, () => this.#store.remove(bucket, [key]))),
    );
  }

  #held<T>(name: string, land: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const answer = async () => resolve(await land());
    this.#hold({ name, land, answer, fail: () => reject(new PipelineError("STORE_FAILED", "The store is away.")) });
    return promise;
  }
}

/** A store whose last look at a source, before a run ends, answers as the one before: what the dispatcher must not do without. */
export function withoutSecondRead(store: ObjectStore, uploadsBucket: string): ObjectStore {
  let read: { readonly head: ObjectHead | undefined } | undefined;
  return {
    async open(bucket, key) {
      const object = await store.open(bucket, key);
      read = { head: object };
      return object;
    },
    async head(bucket, key) {
      if (bucket !== uploadsBucket) return store.head(bucket, key);
      read ??= { head: await store.head(bucket, key) };
      return read.head;
    },
    put: (bucket, key, object) => store.put(bucket, key, object),
    remove: (bucket, keys) => store.remove(bucket, keys),
  };
}
