import { MEDIA_TYPES } from "../../runtime/media-type.ts";
import { OutputWriter } from "../../runtime/output-writer.ts";
import { refuseKey } from "../../runtime/refusal.ts";
import { selector } from "../../runtime/selection.ts";
import type { ObjectStore } from "../../runtime/store.ts";
import type { OperatedWorker } from "./stack-outputs.ts";
import type { ListedUpload } from "./upload-event.ts";

/** What the worker itself would say of an upload, as far as that can be known without reading it. */
export class UploadCheck {
  readonly #worker: OperatedWorker;
  readonly #store: ObjectStore;
  readonly #outputs: OutputWriter;
  readonly #select: (key: string) => string | undefined;
  readonly #endings: readonly string[];

  constructor(worker: OperatedWorker, store: ObjectStore) {
    const { variants, settings, digest } = worker;
    this.#worker = worker;
    this.#store = store;
    this.#outputs = new OutputWriter({ variants, settings, store, digest });
    this.#select = selector(settings.selection);
    this.#endings = endingsOf(worker);
  }

  /** Whether the worker is told of such keys, and works on them. */
  isSelected({ key }: Pick<ListedUpload, "key">): boolean {
    const isTold = this.#endings.length === 0 || this.#endings.some((ending) => key.toLowerCase().endsWith(ending));
    return isTold && refuseKey(key, this.#worker.settings, this.#select) === undefined;
  }

  /** Whether there is something to work on that is not too large. */
  isFit({ size }: ListedUpload): boolean {
    return size > 0 && size <= this.#worker.settings.limits.sourceBytes;
  }

  /** Whether all its outputs are there, of these bytes and by this work. */
  async isCurrent({ bucket, key, eTag }: ListedUpload): Promise<boolean> {
    const { copyMetadata } = this.#worker.settings.outputObjects;
    // Metadata, which a listing does not tell, is part of the work only where it is copied.
    const head = copyMetadata ? await this.#store.head(bucket, key) : undefined;
    const { metadata = {}, hiddenMetadata = 0 } = head ?? {};
    return this.#outputs.hasCurrent({ key, eTag, metadata, hiddenMetadata });
  }
}

/** What the names of those uploads end with that the worker is told of without a selection of its own; none for all. */
function endingsOf({ accepts, sniffAll, settings }: OperatedWorker): readonly string[] {
  const { prefix, suffixes } = settings.selection;
  if (sniffAll || prefix !== "" || suffixes.length > 0) return [];
  return accepts.flatMap((mediaType) => MEDIA_TYPES[mediaType].extensions.map((extension) => `.${extension}`));
}
