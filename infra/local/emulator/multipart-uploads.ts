import type { StoredAttributes } from "./stored-attributes.ts";

export interface UploadedPart {
  readonly size: number;
  /** Without its quotes. */
  readonly eTag: string;
  readonly lastModified: Date;
}

export interface MultipartUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** Of the object that it makes. */
  readonly attributes: StoredAttributes;
  readonly initiated: Date;
  /** By number; a later part of the same number replaces the earlier. */
  readonly parts: Map<number, UploadedPart>;
}

/** The multipart uploads that are neither completed nor aborted, as far as listings and events need them. */
export class MultipartUploads {
  readonly #uploads = new Map<string, MultipartUpload>();

  add(upload: Pick<MultipartUpload, "bucket" | "key" | "uploadId" | "attributes">): void {
    this.#uploads.set(upload.uploadId, { ...upload, initiated: new Date(), parts: new Map() });
  }

  find(uploadId: string): MultipartUpload | undefined {
    return this.#uploads.get(uploadId);
  }

  remove(uploadId: string): void {
    this.#uploads.delete(uploadId);
  }

  /** By key, and those of one key as they were begun. */
  list(bucket: string): readonly MultipartUpload[] {
    return [...this.#uploads.values()]
      .filter((upload) => upload.bucket === bucket)
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  }

  putPart(uploadId: string, partNumber: number, { size, eTag }: { size: number; eTag: string }): void {
    this.find(uploadId)?.parts.set(partNumber, { size, eTag, lastModified: new Date() });
  }

  /** The size of the object that the chosen parts make. */
  sizeOf(uploadId: string, partNumbers: readonly number[]): number {
    const parts = this.find(uploadId)?.parts;
    return partNumbers.reduce((sum, partNumber) => sum + (parts?.get(partNumber)?.size ?? 0), 0);
  }
}
