import type { MediaType } from "../../runtime/media-type.ts";

/** What was done to an upload. */
export interface Deed {
  readonly does: "put" | "remove";
  readonly key: string;
  /** Of the bytes that were put. */
  readonly eTag?: string;
  /** Milliseconds since the soak began. */
  readonly at: number;
  /** Whether the workload did it, or a fault. */
  readonly by: "workload" | "fault";
}

/** An upload that is there at the end. */
export interface StoredSource {
  readonly key: string;
  readonly eTag: string;
  readonly bytes: number;
  /** What its bytes say. */
  readonly mediaType: MediaType | undefined;
}

/** An output that is there at the end, and what its metadata says of it. */
export interface StoredOutput {
  readonly key: string;
  readonly bytes: number;
  readonly sourceETag: string;
  readonly sourceKeySha256: string;
  readonly worker: string;
}

/** An upload of a message in a dead-letter queue. */
export interface DeadUpload {
  readonly worker: string;
  readonly key: string;
  /** Of the upload that the event told of; absent if it was a removal. */
  readonly eTag?: string;
  readonly code: string;
  readonly message: string;
}

export interface PublishedEnd {
  readonly worker: string;
  readonly key: string;
  readonly status: string;
  readonly code?: string;
}

export interface LedgerWorker {
  readonly name: string;
  readonly accepts: readonly MediaType[];
  /** The keys of all outputs of an upload. */
  readonly outputKeys: (uploadKey: string) => readonly string[];
}

/** All that there is to count once every queue is empty. */
export interface Ledger {
  readonly workers: readonly LedgerWorker[];
  readonly deeds: readonly Deed[];
  readonly sources: readonly StoredSource[];
  readonly outputs: readonly StoredOutput[];
  readonly deadUploads: readonly DeadUpload[];
  readonly published: readonly PublishedEnd[];
}
