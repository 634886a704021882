import { createHash } from "node:crypto";
import type { Variant } from "./contract.ts";
import { PipelineError } from "./errors.ts";
import type { MediaType } from "./media-type.ts";
import { isStorableKey, MAX_KEY_BYTES, outputKey } from "./output-key.ts";
import type { ResultOutput } from "./result.ts";
import type { CheckedOutput } from "./run-transform.ts";
import type { WorkerSettings } from "./settings.ts";
import type { ObjectHead, ObjectStore } from "./store.ts";

export interface OutputWriterParts {
  readonly variants: readonly Variant[];
  readonly settings: WorkerSettings;
  readonly store: ObjectStore;
  /** See `workDigest`. */
  readonly digest: string;
}

/** Names in an output's user metadata. */
const SOURCE_ETAG = "source-etag";
const SOURCE_KEY = "source-key-sha256";
const TRANSFORM = "transform";
const DIGEST = "digest";

/** The outputs of one worker: where they lie, and of which source and which work each says it is. */
export class OutputWriter {
  readonly #parts: OutputWriterParts;

  constructor(parts: OutputWriterParts) {
    this.#parts = parts;
  }

  /** Throws `OUTPUT_KEY_TOO_LONG` if S3 would refuse one of the outputs. */
  checkKeys(uploadKey: string): void {
    const tooLong = this.#outputs(uploadKey).find(({ key }) => !isStorableKey(key));
    if (tooLong) {
      throw new PipelineError(
        "OUTPUT_KEY_TOO_LONG",
        `Expected output keys of at most ${MAX_KEY_BYTES} bytes, received ${Buffer.byteLength(tooLong.key)}.`,
      );
    }
  }

  async write(
    uploadKey: string,
    sourceETag: string,
    { variant, mediaType, body }: CheckedOutput,
  ): Promise<ResultOutput> {
    const { settings, store, digest } = this.#parts;
    const key = this.#keyOf(uploadKey, variant);
    const metadata = {
      [SOURCE_ETAG]: sourceETag,
      [SOURCE_KEY]: sha256(uploadKey),
      [TRANSFORM]: settings.worker,
      [DIGEST]: digest,
    };
    await store.put(settings.outputsBucket, key, {
      body,
      contentType: mediaType,
      cacheControl: settings.outputObjects.cacheControl,
      metadata,
    });
    return { variant: variant.name, key, mediaType, bytes: body.length };
  }

  /** The stored outputs if each is there, of this very source, and made by the same work; else `undefined`. */
  async findCurrent(uploadKey: string, sourceETag: string, sourceType: MediaType): Promise<ResultOutput[] | undefined> {
    const stored = await this.#heads(uploadKey);
    const isCurrent = (head: ObjectHead | undefined) =>
      head?.metadata[DIGEST] === this.#parts.digest && head.metadata[SOURCE_ETAG] === sourceETag;
    if (!stored.every(({ head }) => isCurrent(head))) return undefined;
    return stored.map(({ key, variant, head }) => ({
      variant: variant.name,
      key,
      mediaType: variant.format === "source" ? sourceType : variant.format,
      bytes: head?.size ?? 0,
    }));
  }

  /** Removes every declared output of an upload. */
  removeAll(uploadKey: string): Promise<void> {
    const keys = this.#outputs(uploadKey).map(({ key }) => key);
    return this.#parts.store.remove(this.#parts.settings.outputsBucket, keys.filter(isStorableKey));
  }

  /** Removes the declared outputs that are of another source than the one with this ETag. */
  async removeStale(uploadKey: string, sourceETag: string): Promise<void> {
    const stale = (await this.#heads(uploadKey)).filter(
      ({ head }) => head && head.metadata[SOURCE_ETAG] !== sourceETag,
    );
    await this.#parts.store.remove(
      this.#parts.settings.outputsBucket,
      stale.map(({ key }) => key),
    );
  }

  #outputs(uploadKey: string): { key: string; variant: Variant }[] {
    return this.#parts.variants.map((variant) => ({ variant, key: this.#keyOf(uploadKey, variant) }));
  }

  #keyOf(uploadKey: string, variant: Variant): string {
    const { outputsPrefix, outputKey: template, worker, uploadsPrefix } = this.#parts.settings;
    return outputsPrefix + outputKey(template, worker, uploadKey.slice(uploadsPrefix.length), variant);
  }

  #heads(uploadKey: string) {
    const { store, settings } = this.#parts;
    const storable = this.#outputs(uploadKey).filter(({ key }) => isStorableKey(key));
    return Promise.all(
      storable.map(async (output) => ({ ...output, head: await store.head(settings.outputsBucket, output.key) })),
    );
  }
}

/** Equal for equal work: outputs that carry it and their source's ETag need not be made again. */
export function workDigest(work: { transformSource: string; options: unknown; sharp: string }): string {
  return sha256(JSON.stringify([work.transformSource, work.options, work.sharp]));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
