import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { messageOf, PipelineError } from "./errors.ts";
import { SNIFF_BYTES } from "./media-type.ts";

/** What a store says about an object without its bytes. */
export interface ObjectHead {
  readonly eTag: string;
  /** Bytes. */
  readonly size: number;
  readonly contentEncoding: string | undefined;
  /** User metadata, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** An object whose first bytes have arrived. Either take its bytes or discard it. */
export interface OpenObject extends ObjectHead {
  readonly firstBytes: Uint8Array;
  bytes(): Promise<Uint8Array>;
  discard(): void;
}

export interface NewObject {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where uploads are read and outputs are written. Every failure but "it is not there" is a `STORE_FAILED`. */
export interface ObjectStore {
  /** The object's head, or `undefined` if it is gone. */
  head(bucket: string, key: string): Promise<ObjectHead | undefined>;
  /** The object as it is now, or `undefined` if it is gone. */
  open(bucket: string, key: string): Promise<OpenObject | undefined>;
  put(bucket: string, key: string, object: NewObject): Promise<void>;
  /** Removes the objects; those that are not there count as removed. */
  remove(bucket: string, keys: readonly string[]): Promise<void>;
}

export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    return attempt("head", bucket, key, async () =>
      toHead(await this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))),
    );
  }

  open(bucket: string, key: string): Promise<OpenObject | undefined> {
    return attempt("get", bucket, key, async () => {
      const response = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const body = response.Body as Readable;
      const head = toHead(response);
      const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      const firstBytes = await readFirst(chunks);
      return {
        ...head,
        firstBytes,
        bytes: () => attemptOn("get", bucket, key, () => readAll(firstBytes, chunks, head.size)),
        discard: () => void body.destroy(),
      };
    });
  }

  async put(bucket: string, key: string, { body, contentType, cacheControl, metadata }: NewObject): Promise<void> {
    const input = {
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      CacheControl: cacheControl,
      Metadata: { ...metadata },
    };
    await attemptOn("put", bucket, key, () => this.#client.send(new PutObjectCommand(input)));
  }

  async remove(bucket: string, keys: readonly string[]): Promise<void> {
    // Not in one call, which names keys in XML: it has no way to write some of the characters that keys may have.
    const removals = keys.map((key) =>
      attemptOn("delete", bucket, key, () => this.#client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))),
    );
    for (const removal of await Promise.allSettled(removals)) {
      if (removal.status === "rejected") throw removal.reason;
    }
  }
}

function toHead({ ETag, ContentLength, ContentEncoding, Metadata = {} }: HeadObjectCommandOutput): ObjectHead {
  if (!ETag || ContentLength === undefined)
    throw new Error("Expected an answer with ETag and Content-Length, received one without.");
  return { eTag: ETag.replaceAll('"', ""), size: ContentLength, contentEncoding: ContentEncoding, metadata: Metadata };
}

/** As many chunks as telling the format needs. */
async function readFirst(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array();
  while (first.length < SNIFF_BYTES) {
    const { value, done } = await chunks.next();
    if (done) return first;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  return first;
}

async function readAll(firstBytes: Uint8Array, chunks: AsyncIterator<Uint8Array>, size: number): Promise<Uint8Array> {
  const all = [firstBytes];
  for (let step = await chunks.next(); !step.done; step = await chunks.next()) all.push(step.value);
  const bytes = Buffer.concat(all);
  // A connection that ends early looks like the end of the object.
  if (bytes.length !== size) throw new Error(`Expected ${size} bytes, received ${bytes.length}.`);
  return bytes;
}

async function attempt<T>(action: string, bucket: string, key: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw storeFailed(action, bucket, key, error);
  }
}

async function attemptOn<T>(action: string, bucket: string, key: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storeFailed(action, bucket, key, error);
  }
}

/** A bucket that does not exist is an error of the stack, not a removed object. */
function isGone(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name !== "NoSuchBucket" && error.$metadata.httpStatusCode === 404;
}

function storeFailed(action: string, bucket: string, key: string, cause: unknown): PipelineError {
  const name = cause instanceof S3ServiceException ? `${cause.name}: ` : "";
  return new PipelineError(
    "STORE_FAILED",
    `Expected to ${action} ${key} in bucket ${bucket}, received ${name}${messageOf(cause)}`,
    { cause },
  );
}
