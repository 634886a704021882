import { createHash } from "node:crypto";
import type { Variant } from "./contract.ts";
import { type CopiedMetadata, copyMetadata } from "./copied-metadata.ts";
import { PipelineError } from "./errors.ts";
import { MAKERS, makerOf, makersOf } from "./makers.ts";
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

/** An upload as it was when its bytes were read. */
export interface SourceHead extends Pick<ObjectHead, "eTag" | "metadata" | "hiddenMetadata"> {
  readonly key: string;
}

/** What an output is made of beside its source. */
export interface Work {
  /** Digest of the transform's own source text. */
  readonly transformSource: string;
  readonly options: unknown;
  /** The version of sharp. */
  readonly sharp: string;
  readonly settings: Pick<WorkerSettings, "outputObjects" | "keepCopyright" | "limits">;
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

  async write(source: SourceHead, { variant, mediaType, body }: CheckedOutput): Promise<ResultOutput> {
    const { settings, store } = this.#parts;
    const { cacheControl, storageClass, tags } = settings.outputObjects;
    const key = this.#keyOf(source.key, variant);
    const metadata = { ...this.#copied(source).metadata, ...this.#ownMetadata(source) };
    await store.put(settings.outputsBucket, key, {
      body,
      contentType: mediaType,
      cacheControl,
      storageClass,
      tags,
      metadata,
    });
    return { variant: variant.name, key, mediaType, bytes: body.length };
  }

  /** What a reader of the result should know of how outputs of the source are stored. */
  notesOf(source: SourceHead): readonly string[] {
    return this.#copied(source).notes;
  }

  /** The stored outputs if each is there, of this very source, and made by the same work; else `undefined`. */
  async findCurrent(source: SourceHead, sourceType: MediaType): Promise<ResultOutput[] | undefined> {
    const stored = await this.#heads(source.key);
    if (!stored.every(({ head }) => this.#isCurrent(head, source))) return undefined;
    return stored.map(({ key, variant, head }) => ({
      variant: variant.name,
      key,
      mediaType: variant.format === "source" ? sourceType : variant.format,
      bytes: head?.size ?? 0,
    }));
  }

  /** Whether `findCurrent` would find them: looks at one after the other, and at none after the first that is missing. */
  async hasCurrent(source: SourceHead): Promise<boolean> {
    const { store, settings } = this.#parts;
    for (const { key } of this.#outputs(source.key)) {
      const head = isStorableKey(key) ? await store.head(settings.outputsBucket, key) : undefined;
      if (!this.#isCurrent(head, source)) return false;
    }
    return true;
  }

  /**
   * Removes every declared output of an upload. Where several uploads may share a key, only what is this one's: each is
   * looked at before, and what another upload writes at that very moment may go with it, until that one's next event.
   */
  async removeAll(uploadKey: string): Promise<void> {
    if (this.#parts.settings.flatten) return this.#remove(uploadKey, () => true);
    const keys = this.#outputs(uploadKey).map(({ key }) => key);
    await this.#parts.store.remove(this.#parts.settings.outputsBucket, keys.filter(isStorableKey));
  }

  /** Removes the declared outputs that are of this upload, but of another source than the one with this ETag. */
  removeStale(uploadKey: string, sourceETag: string): Promise<void> {
    return this.#remove(uploadKey, ({ metadata }) => metadata[SOURCE_ETAG] !== sourceETag);
  }

  async #remove(uploadKey: string, isToGo: (head: ObjectHead) => boolean): Promise<void> {
    const { store, settings } = this.#parts;
    const stored = await this.#heads(uploadKey);
    const found = stored.filter(({ head }) => head && this.#isOwn(head, uploadKey) && isToGo(head));
    await store.remove(
      settings.outputsBucket,
      found.map(({ key }) => key),
    );
  }

  #isCurrent(head: ObjectHead | undefined, source: SourceHead): boolean {
    // Who made the source is no part of what is made of it, and not known from a listing.
    const { [MAKERS]: _, ...expected } = this.#ownMetadata(source);
    return Object.entries(expected).every(([name, value]) => head?.metadata[name] === value);
  }

  /** Whether an object names the upload, and, where workers may share a key, this worker. */
  #isOwn({ metadata }: ObjectHead, uploadKey: string): boolean {
    const { flatten, worker } = this.#parts.settings;
    return metadata[SOURCE_KEY] === sha256(uploadKey) && (!flatten || metadata[TRANSFORM] === worker);
  }

  #ownMetadata(source: SourceHead): Record<string, string> {
    return {
      [SOURCE_ETAG]: source.eTag,
      [SOURCE_KEY]: sha256(source.key),
      [TRANSFORM]: this.#parts.settings.worker,
      [MAKERS]: [...makersOf(source.metadata), makerOf(this.#parts.settings)].join(" "),
      [DIGEST]: this.#digestOf(source),
    };
  }

  /** Of all that the outputs of a source are made of, but for its bytes. */
  #digestOf(source: SourceHead): string {
    const { digest, settings } = this.#parts;
    if (!settings.outputObjects.copyMetadata) return digest;
    return sha256(JSON.stringify([digest, Object.entries(source.metadata).sort()]));
  }

  #copied(source: SourceHead): CopiedMetadata {
    if (!this.#parts.settings.outputObjects.copyMetadata) return { metadata: {}, notes: [] };
    return copyMetadata(source, this.#ownMetadata(source));
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

/**
 * Equal for equal work: outputs that carry it and their source's ETag need not be made again. Where outputs lie is left out,
 * since in another place there are none.
 */
export function workDigest({ transformSource, options, sharp, settings }: Work): string {
  const { outputObjects, keepCopyright, limits } = settings;
  // The limits that decide whether all frames of an animation are read.
  const { sourcePixels, sourceFrames } = limits;
  return sha256(
    JSON.stringify([transformSource, options, sharp, outputObjects, keepCopyright, sourcePixels, sourceFrames]),
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
