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
import type { StorageClass } from "./settings.ts";

/** What a store says about an object without its bytes. */
export interface ObjectHead {
  readonly eTag: string;
  /** Bytes. */
  readonly size: number;
  readonly contentEncoding: string | undefined;
  /**
   * User metadata, names in lower case. Values that are not ASCII come as S3 writes them into headers (RFC 2047), and are taken so
   * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html).
   */
  readonly metadata: Readonly<Record<string, string>>;
  /** How much of the user metadata S3 keeps to itself, since a header can't say it. */
  readonly hiddenMetadata: number;
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
  /** None if empty. */
  readonly cacheControl: string;
  readonly storageClass: StorageClass;
  readonly tags: Readonly<Record<string, string>>;
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

  async put(bucket: string, key: string, object: NewObject): Promise<void> {
    const { body, contentType, cacheControl, storageClass, tags, metadata } = object;
    // Written like the parameters of a URL (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html).
    const tagging = new URLSearchParams(tags).toString();
    const input = {
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      ...(cacheControl && { CacheControl: cacheControl }),
      StorageClass: storageClass,
      // Even an empty header needs the permission to tag.
      ...(tagging && { Tagging: tagging }),
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

function toHead(answer: HeadObjectCommandOutput): ObjectHead {
  const { ETag, ContentLength, ContentEncoding, Metadata = {}, MissingMeta = 0 } = answer;
  if (!ETag || ContentLength === undefined)
    throw new Error("Expected an answer with ETag and Content-Length, received one without.");
  return {
    eTag: ETag.replaceAll('"', ""),
    size: ContentLength,
    contentEncoding: ContentEncoding,
    metadata: Metadata,
    hiddenMetadata: MissingMeta,
  };
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
  // Filled as they come: pieces that are put together at the end are there twice.
  const bytes = Buffer.allocUnsafeSlow(size);
  let received = 0;
  const take = (chunk: Uint8Array) => {
    bytes.set(chunk.subarray(0, size - received), received);
    received += chunk.length;
  };
  take(firstBytes);
  for (let step = await chunks.next(); !step.done && received <= size; step = await chunks.next()) take(step.value);
  // A connection that ends early looks like the end of the object.
  if (received !== size) throw new Error(`Expected ${size} bytes, received ${received}.`);
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
