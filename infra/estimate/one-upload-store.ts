import { createHash } from "node:crypto";
import { SNIFF_BYTES } from "../../runtime/media-type.ts";
import type { ObjectHead, ObjectStore, OpenObject } from "../../runtime/store.ts";

/** A store with one upload, whatever key is asked for; outputs are taken and forgotten, at no cost of time. */
export class OneUploadStore implements ObjectStore {
  readonly #bytes: Uint8Array;
  readonly #head: ObjectHead;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const eTag = createHash("md5").update(bytes).digest("hex");
    this.#head = { eTag, size: bytes.length, contentEncoding: undefined, metadata: {}, hiddenMetadata: 0 };
  }

  async head(): Promise<ObjectHead> {
    return this.#head;
  }

  async open(): Promise<OpenObject> {
    const bytes = this.#bytes;
    return {
      ...this.#head,
      firstBytes: bytes.subarray(0, SNIFF_BYTES),
      bytes: async () => bytes,
      discard: () => {},
    };
  }

  async put(): Promise<void> {}

  async remove(): Promise<void> {}
}
