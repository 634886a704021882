import { isDeepStrictEqual } from "node:util";
import type { Log, Transform } from "./contract.ts";
import { type ErrorCode, PipelineError, retriesExhausted } from "./errors.ts";
import type { Upload } from "./event.ts";
import { sniff } from "./media-type.ts";
import { readOptOut } from "./opt-out.ts";
import type { OutputWriter, SourceHead } from "./output-writer.ts";
import { failed, refuseKey, refuseObject, skip } from "./refusal.ts";
import { type Outcome, type Result, type ResultOutput, resultId, type SkipCode } from "./result.ts";
import { runTransform } from "./run-transform.ts";
import { type Select, selector } from "./selection.ts";
import { Sending } from "./sending.ts";
import type { WorkerSettings } from "./settings.ts";
import { type OpenedSource, openSource } from "./source.ts";
import type { ObjectHead, ObjectStore, OpenObject } from "./store.ts";
import type { WorkRoom } from "./work-room.ts";

export interface DispatcherParts {
  readonly transform: Transform;
  /** The transform's options, read with its schema. */
  readonly options: unknown;
  readonly settings: WorkerSettings;
  readonly store: ObjectStore;
  readonly outputs: OutputWriter;
  /** Shared by all that the function works on at once. */
  readonly room: WorkRoom;
}

export interface Dispatch {
  /** Aborts when the worker's time is nearly up. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Whether the work may already be done, as it is when a message came before. */
  readonly redelivered: boolean;
  /** The number of this receive if the message may not fail any more, so that what may pass is final too. */
  readonly lastReceive?: number | undefined;
  /** Told of milliseconds that passed in waiting for other uploads to make room. */
  readonly onWaited?: (milliseconds: number) => void;
}

/** How often a source that keeps changing is read before its message goes back to the queue. */
const MAX_READS = 3;

/** What becomes of an upload for what is stored beside its bytes; bytes with other headers have the same ETag. */
const RULED_OUT: readonly (SkipCode | ErrorCode)[] = ["OPTED_OUT", "SOURCE_ENCODED"];

/** An object of which the head alone was read. */
interface RefusedObject extends ObjectHead {
  readonly refusal: Outcome;
}

/**
 * Brings the outputs of one upload in line with its source as it is now, whatever the event said. S3 events come late,
 * twice and out of order; since the source is read again at the end, no order of them leaves an output of an older one.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #select: Select;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#select = selector(parts.settings.selection);
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
    const refusal = refuseKey(upload.key, this.#parts.settings, this.#select);
    if (refusal) return refusal;
    for (let read = 1; read <= MAX_READS; read++) {
      const source = await this.#read(upload);
      const outcome = await this.#reconcile(upload, source, dispatch);
      const now = await this.#parts.store.head(upload.bucket, upload.key);
      if (isSame(now, source)) return outcome;
      dispatch.log.info("The source changed meanwhile.", { read, eTagBefore: source?.eTag, eTagNow: now?.eTag });
    }
    throw new PipelineError("SOURCE_CHANGING", `Expected a source that rests, received ${MAX_READS} different ones.`);
  }

  /** Nothing is downloaded that the event already says is empty or too large, if it still is. */
  async #read({ bucket, key, size = 1 }: Upload): Promise<OpenObject | RefusedObject | undefined> {
    const { store, settings } = this.#parts;
    if (size > 0 && size <= settings.limits.sourceBytes) return store.open(bucket, key);
    const head = await store.head(bucket, key);
    const refusal = head && refuseObject(head, settings);
    return refusal ? { ...head, refusal } : head && store.open(bucket, key);
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
    // Its outputs may be what it is a copy of, and their removal may be told to whoever copies.
    if ("code" in outcome && outcome.code === "OUTPUT_AS_UPLOAD") return outcome;
    // What this source can't replace must not stay either; what its headers rule out must not, though it be of the same bytes.
    if ("code" in outcome && RULED_OUT.includes(outcome.code)) await outputs.removeAll(upload.key);
    else if (outcome.status !== "done") await outputs.removeStale(upload.key, source.eTag);
    return outcome;
  }

  async #produce(upload: Upload, object: OpenObject, dispatch: Dispatch): Promise<Outcome> {
    try {
      return refuseObject(object, this.#parts.settings) ?? (await this.#transform(upload, object, dispatch));
    } catch (error) {
      const { lastReceive } = dispatch;
      if (error instanceof PipelineError && !error.retryable) return failed(error);
      if (error instanceof PipelineError && lastReceive) return failed(retriesExhausted(error, lastReceive));
      throw error;
    } finally {
      object.discard();
    }
  }

  async #transform(upload: Upload, object: OpenObject, dispatch: Dispatch): Promise<Outcome> {
    const { transform, settings, outputs } = this.#parts;
    const mediaType = sniff(object.firstBytes);
    if (!mediaType || !transform.accepts.includes(mediaType)) {
      return skip(
        "TYPE_NOT_ACCEPTED",
        `Its bytes are ${mediaType ?? "of no known image format"}, not ${transform.accepts.join(", ")}.`,
      );
    }
    outputs.checkKeys(upload.key);
    checkTime(dispatch.signal);
    const { eTag, metadata, hiddenMetadata } = object;
    const head = { key: upload.key, eTag, metadata, hiddenMetadata };
    // Told of a removal, and still there: most likely as it was.
    const mayBeDone = dispatch.redelivered || upload.isRemoval === true;
    const stored = mayBeDone ? await outputs.findCurrent(head, mediaType) : undefined;
    if (stored) return { status: "done", outputs: stored, notes: [], unchanged: true };
    const made = await this.#inRoom(object, dispatch, async (source, lanes) => ({
      sending: await this.#make(head, source, { ...dispatch, lanes }),
      notes: source.notes,
    }));
    // What is still on its way needs no room.
    const written = await made.sending.all();
    const notes = [...made.notes, ...outputs.notesOf(head), ...readOptOut(head, settings.worker).notes];
    return { status: "done", outputs: written, notes, unchanged: false };
  }

  /** Downloads a source and works on it, each once there is room. */
  async #inRoom<T>(
    object: OpenObject,
    { onWaited }: Dispatch,
    work: (source: OpenedSource, lanes: () => number) => Promise<T>,
  ): Promise<T> {
    const { room, settings } = this.#parts;
    let waiting = performance.now();
    const stopWaiting = () => onWaited?.(performance.now() - waiting);
    return room.hold(object.size, async () => {
      stopWaiting();
      const source = await openSource(await object.bytes(), settings.limits, settings);
      waiting = performance.now();
      return room.compute(source.width * source.height * source.frames, (lanes) => {
        stopWaiting();
        return work(source, lanes);
      });
    });
  }

  /** Makes all outputs, and has them sent meanwhile. */
  async #make(
    head: SourceHead,
    source: OpenedSource,
    { signal, log, lanes }: Pick<Dispatch, "signal" | "log"> & { readonly lanes: () => number },
  ): Promise<Sending<ResultOutput>> {
    const { transform, options, settings, outputs, room } = this.#parts;
    checkTime(signal);
    const sending = new Sending<ResultOutput>();
    try {
      const run = { options, signal, log, lanes, canvases: room.canvases, limits: settings.limits };
      for await (const output of runTransform(transform, source, run)) {
        // A copy, since a transform may use its buffer again as soon as it goes on.
        const body = Buffer.from(output.body);
        await sending.add(() => outputs.write(head, { ...output, body }));
      }
    } catch (error) {
      await sending.settled();
      throw error;
    }
    return sending;
  }
}

/**
 * Whether a source is as it was when it was read. Bytes that come again with other headers, which may rule them out or be
 * copied, have the same ETag.
 */
function isSame(now: ObjectHead | undefined, before: ObjectHead | undefined): boolean {
  return (
    now?.eTag === before?.eTag &&
    now?.contentEncoding === before?.contentEncoding &&
    isDeepStrictEqual(now?.metadata, before?.metadata)
  );
}

function checkTime({ aborted, reason }: AbortSignal): void {
  if (aborted)
    throw new PipelineError("OUT_OF_TIME", "Expected time for the upload, found the worker's used up.", {
      cause: reason,
    });
}
