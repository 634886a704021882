import type { Log, Transform } from "./contract.ts";
import { PipelineError, retriesExhausted } from "./errors.ts";
import type { Upload } from "./event.ts";
import { sniff } from "./media-type.ts";
import type { OutputWriter } from "./output-writer.ts";
import type { PixelBudget } from "./pixel-budget.ts";
import { type Outcome, type Result, type ResultOutput, resultId, type SkipCode } from "./result.ts";
import { runTransform } from "./run-transform.ts";
import type { WorkerSettings } from "./settings.ts";
import { type OpenedSource, openSource, tooManyBytes } from "./source.ts";
import type { ObjectHead, ObjectStore, OpenObject } from "./store.ts";

export interface DispatcherParts {
  readonly transform: Transform;
  /** The transform's options, read with its schema. */
  readonly options: unknown;
  readonly settings: WorkerSettings;
  readonly store: ObjectStore;
  readonly outputs: OutputWriter;
  /** Shared by all that the function works on at once. */
  readonly budget: PixelBudget;
}

export interface Dispatch {
  /** Aborts when the worker's time is nearly up. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Whether the work may already be done, as it is when a message came before. */
  readonly redelivered: boolean;
  /** The number of this receive if the queue gives the message no other, so that what may pass is final too. */
  readonly lastReceive?: number | undefined;
}

/** How often a source that keeps changing is read before its message goes back to the queue. */
const MAX_READS = 3;

/** Content codings that change an object's bytes (RFC 9110, 8.4.1); S3 also stores harmless ones, as `aws-chunked`. */
const COMPRESSED = /gzip|compress|deflate|br|zstd/i;

interface RefusedObject {
  readonly eTag: string;
  readonly refusal: Outcome;
}

/**
 * Brings the outputs of one upload in line with its source as it is now, whatever the event said. S3 events come late,
 * twice and out of order; since the source is read again at the end, no order of them leaves an output of an older one.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** What became of the upload, permanent failures included. Throws a retryable `PipelineError` for what may pass. */
  async dispatch(upload: Upload, dispatch: Dispatch): Promise<Result> {
    const start = performance.now();
    const outcome = await this.#settle(upload, dispatch);
    const { worker, outputsBucket } = this.#parts.settings;
    const durationMs = Math.round(performance.now() - start);
    return { id: resultId(worker, upload, outcome.status), worker, upload, outputsBucket, durationMs, ...outcome };
  }

  async #settle(upload: Upload, dispatch: Dispatch): Promise<Outcome> {
    checkTime(dispatch.signal);
    const { uploadsBucket } = this.#parts.settings;
    if (upload.bucket !== uploadsBucket) {
      return failed(
        new PipelineError(
          "EVENT_INVALID",
          `Expected an upload of bucket ${uploadsBucket}, received one of ${upload.bucket}.`,
        ),
      );
    }
    // A marker's name never was an image's, so that there is nothing to bring in line.
    if (upload.key.endsWith("/")) return skip("FOLDER_MARKER", "It is a folder marker.");
    for (let read = 1; read <= MAX_READS; read++) {
      const source = await this.#read(upload);
      const outcome = await this.#reconcile(upload, source, dispatch);
      const now = await this.#parts.store.head(upload.bucket, upload.key);
      if (now?.eTag === source?.eTag) return outcome;
      dispatch.log.info("The source changed meanwhile.", { read, eTagBefore: source?.eTag, eTagNow: now?.eTag });
    }
    throw new PipelineError("SOURCE_CHANGING", `Expected a source that rests, received ${MAX_READS} different ones.`);
  }

  /** Nothing is downloaded that the event already says is empty or too large, if it still is. */
  async #read({ bucket, key, size = 1 }: Upload): Promise<OpenObject | RefusedObject | undefined> {
    const { store, settings } = this.#parts;
    if (size > 0 && size <= settings.limits.sourceBytes) return store.open(bucket, key);
    const head = await store.head(bucket, key);
    const refusal = head && this.#refuse(head);
    return refusal ? { eTag: head.eTag, refusal } : head && store.open(bucket, key);
  }

  async #reconcile(
    upload: Upload,
    source: OpenObject | RefusedObject | undefined,
    dispatch: Dispatch,
  ): Promise<Outcome> {
    const { outputs } = this.#parts;
    if (!source) {
      await outputs.removeAll(upload.key);
      return { status: "removed" };
    }
    const outcome = "refusal" in source ? source.refusal : await this.#produce(upload, source, dispatch);
    // What this source can't replace must not stay either.
    if (outcome.status !== "done") await outputs.removeStale(upload.key, source.eTag);
    return outcome;
  }

  async #produce(upload: Upload, object: OpenObject, dispatch: Dispatch): Promise<Outcome> {
    try {
      return this.#refuse(object) ?? (await this.#transform(upload, object, dispatch));
    } catch (error) {
      const { lastReceive } = dispatch;
      if (error instanceof PipelineError && !error.retryable) return failed(error);
      if (error instanceof PipelineError && lastReceive) return failed(retriesExhausted(error, lastReceive));
      throw error;
    } finally {
      object.discard();
    }
  }

  /** The outcome of an object that is not even read, or `undefined` for one that is. */
  #refuse({ size, contentEncoding }: ObjectHead): Outcome | undefined {
    const { limits } = this.#parts.settings;
    if (size === 0) return skip("EMPTY_OBJECT", "It has no bytes.");
    if (size > limits.sourceBytes) return failed(tooManyBytes(size, limits));
    if (contentEncoding && COMPRESSED.test(contentEncoding)) {
      return failed(
        new PipelineError(
          "SOURCE_ENCODED",
          `Expected an image's own bytes, received Content-Encoding ${contentEncoding}.`,
        ),
      );
    }
  }

  async #transform(upload: Upload, object: OpenObject, { signal, log, redelivered }: Dispatch): Promise<Outcome> {
    const { transform, settings, outputs } = this.#parts;
    const mediaType = sniff(object.firstBytes);
    if (!mediaType || !transform.accepts.includes(mediaType)) {
      return skip(
        "TYPE_NOT_ACCEPTED",
        `Its bytes are ${mediaType ?? "of no known image format"}, not ${transform.accepts.join(", ")}.`,
      );
    }
    outputs.checkKeys(upload.key);
    checkTime(signal);
    const stored = redelivered ? await outputs.findCurrent(upload.key, object.eTag, mediaType) : undefined;
    if (stored) return { status: "done", outputs: stored, notes: [], unchanged: true };
    const source = await openSource(await object.bytes(), settings.limits);
    const pixels = source.width * source.height * source.frames;
    return await this.#parts.budget.spend(pixels, () => this.#write(upload, object.eTag, source, { signal, log }));
  }

  async #write(
    upload: Upload,
    eTag: string,
    source: OpenedSource,
    { signal, log }: Pick<Dispatch, "signal" | "log">,
  ): Promise<Outcome> {
    const { transform, options, settings, outputs } = this.#parts;
    checkTime(signal);
    const written: ResultOutput[] = [];
    for await (const output of runTransform(transform, source, { options, signal, log, limits: settings.limits })) {
      written.push(await outputs.write(upload.key, eTag, output));
    }
    return { status: "done", outputs: written, notes: source.notes, unchanged: false };
  }
}

function checkTime({ aborted, reason }: AbortSignal): void {
  if (aborted)
    throw new PipelineError("OUT_OF_TIME", "Expected time for the upload, found the worker's used up.", {
      cause: reason,
    });
}

function skip(code: SkipCode, message: string): Outcome {
  return { status: "skipped", code, message };
}

function failed({ code, message }: PipelineError): Outcome {
  return { status: "failed", code, message };
}
