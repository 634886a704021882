import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { NewObject, ObjectHead, ObjectStore, OpenObject } from "../../../runtime/store.ts";
import type { Upload, Work } from "./work.ts";

const FIRST_BYTES = 100;

/** A store in this process that costs nothing but the time it is told to take: digests are known before it is asked. */
export class BenchStore implements ObjectStore {
  /** Outputs of the upload that is looked at, by the last part of their keys. */
  readonly kept = new Map<string, Uint8Array>();
  readonly #latency: Pick<Work, "readMs" | "writeMs">;
  readonly #uploads = new Map<
    string,
    { readonly upload: Upload; readonly head: ObjectHead; readonly firstBytes: Uint8Array }
  >();
  readonly #keepPrefix: string;

  private constructor(latency: Pick<Work, "readMs" | "writeMs">, keepPrefix: string) {
    this.#latency = latency;
    this.#keepPrefix = keepPrefix;
  }

  /** A store with these uploads; of outputs, it keeps those whose keys have the prefix, and forgets the others. */
  static async of(
    uploads: readonly Upload[],
    latency: Pick<Work, "readMs" | "writeMs">,
    keepPrefix: string,
  ): Promise<BenchStore> {
    const store = new BenchStore(latency, keepPrefix);
    for (const upload of uploads) {
      const { eTag, firstBytes } = await aheadOf(upload.file);
      const head = { eTag, size: upload.size, contentEncoding: undefined, metadata: {}, hiddenMetadata: 0 };
      store.#uploads.set(upload.key, { upload, head, firstBytes });
    }
    return store;
  }

  async head(_bucket: string, key: string): Promise<ObjectHead | undefined> {
    await wait(this.#latency.readMs);
    return this.#uploads.get(key)?.head;
  }

  async open(_bucket: string, key: string): Promise<OpenObject | undefined> {
    await wait(this.#latency.readMs);
    const found = this.#uploads.get(key);
    return found && { ...found.head, firstBytes: found.firstBytes, bytes: found.upload.bytes, discard() {} };
  }

  async put(_bucket: string, key: string, { body }: NewObject): Promise<void> {
    await wait(this.#latency.writeMs);
    if (key.startsWith(this.#keepPrefix)) this.kept.set(key.slice(this.#keepPrefix.length), body);
  }

  async remove(): Promise<void> {}
}

interface Ahead {
  readonly eTag: string;
  readonly firstBytes: Uint8Array;
}

/** Each file is read ahead once: what is left in memory by reading would be collected while a job is measured. */
const ahead = new Map<string, Promise<Ahead>>();

function aheadOf(file: string): Promise<Ahead> {
  const reading = ahead.get(file) ?? readAhead(file);
  ahead.set(file, reading);
  return reading;
}

/** In pieces: a file that is not held must not be in memory at once before the job asks for it. */
async function readAhead(file: string): Promise<Ahead> {
  const hash = createHash("md5");
  let firstBytes = new Uint8Array();
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    if (firstBytes.length === 0) firstBytes = Uint8Array.from(chunk.subarray(0, FIRST_BYTES));
  }
  return { eTag: hash.digest("hex"), firstBytes };
}

async function wait(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds);
}
