import type { FastifyReply, FastifyRequest } from "fastify";
import { readUnescapedKeys } from "./deleted-keys.ts";
import { readParts } from "./multipart-completion.ts";
import type { ObjectEntry, ObjectIndex } from "./object-index.ts";
import type { ObjectChange } from "./s3-event.ts";
import { readCopySource, type S3Operation, type S3OperationName } from "./s3-operation.ts";
import { unquote } from "./s3-refusals.ts";
import { readStoredAttributes } from "./stored-attributes.ts";

interface Answer {
  readonly operation: S3Operation;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly payload: unknown;
}

type ReadChanges = (answer: Answer, objects: ObjectIndex) => ObjectChange[];

/** What each successful operation changed. An operation that is not in the table changes nothing. */
const CHANGES: Partial<Record<S3OperationName, ReadChanges>> = {
  CreateBucket: ({ operation }, objects) => {
    objects.addBucket(operation.bucket);
    return [];
  },
  DeleteBucket: ({ operation }, objects) => {
    objects.removeBucket(operation.bucket);
    return [];
  },
  PutObject: ({ operation, request, reply }, objects) => {
    const eTag = unquote(String(reply.getHeader("etag")));
    const entry = { size: bodySize(request), eTag, ...readStoredAttributes(request.headers) };
    return created("ObjectCreated:Put", operation, entry, objects);
  },
  CopyObject: ({ operation, request, payload }, objects) => {
    const source = readCopySource(request);
    const { size = 0, tags: copied = [] } = objects.find(source.bucket, source.key) ?? {};
    const { storageClass, tags } = readStoredAttributes(request.headers);
    // The tags come along, but the storage class does not: API_CopyObject.html.
    const isGivenTags = request.headers["x-amz-tagging-directive"] === "REPLACE";
    const entry = { size, eTag: readETag(payload), storageClass, tags: isGivenTags ? tags : copied };
    return created("ObjectCreated:Copy", operation, entry, objects);
  },
  CreateMultipartUpload: ({ operation: { bucket, key }, request, payload }, objects) => {
    const uploadId = /<UploadId>([^<]*)</.exec(String(payload))?.[1] ?? "";
    objects.uploads.add({ bucket, key, uploadId, attributes: readStoredAttributes(request.headers) });
    return [];
  },
  UploadPart: ({ operation, request, reply }, objects) => {
    const eTag = unquote(String(reply.getHeader("etag")));
    objects.uploads.putPart(...partOf(operation), { size: bodySize(request), eTag });
    return [];
  },
  UploadPartCopy: ({ operation, request, payload }, objects) => {
    objects.uploads.putPart(...partOf(operation), { size: copiedSize(request, objects), eTag: readETag(payload) });
    return [];
  },
  AbortMultipartUpload: ({ operation }, objects) => {
    objects.uploads.remove(operation.query.uploadId ?? "");
    return [];
  },
  CompleteMultipartUpload: ({ operation, request, payload }, objects) => {
    const numbers = readParts(String(request.body)).map(({ partNumber }) => partNumber);
    const { uploadId = "" } = operation.query;
    const size = objects.uploads.sizeOf(uploadId, numbers);
    const attributes = objects.uploads.find(uploadId)?.attributes ?? readStoredAttributes({});
    objects.uploads.remove(uploadId);
    const entry = { size, eTag: readETag(payload), ...attributes };
    return created("ObjectCreated:CompleteMultipartUpload", operation, entry, objects);
  },
  DeleteObject: ({ operation: { bucket, key } }, objects) => removed(bucket, [key], objects),
  DeleteObjects: ({ operation: { bucket }, request }, objects) => {
    return removed(bucket, readUnescapedKeys(String(request.body)), objects);
  },
};

/** Notes in the index what an operation changed, and tells it. */
export function recordChanges(answer: Answer, objects: ObjectIndex): ObjectChange[] {
  return CHANGES[answer.operation.name]?.(answer, objects) ?? [];
}

function created(
  eventName: string,
  { bucket, key }: S3Operation,
  entry: Omit<ObjectEntry, "lastModified">,
  objects: ObjectIndex,
): ObjectChange[] {
  objects.put(bucket, key, entry);
  return [{ eventName, bucket, key, stored: { size: entry.size, eTag: entry.eTag } }];
}

/** Deleting a key that is not there succeeds too, but changes nothing. */
function removed(bucket: string, keys: readonly string[], objects: ObjectIndex): ObjectChange[] {
  const gone = keys.filter((key) => objects.remove(bucket, key));
  return gone.map((key) => ({ eventName: "ObjectRemoved:Delete", bucket, key }));
}

function partOf({ query: { uploadId = "", partNumber = "" } }: S3Operation): [string, number] {
  return [uploadId, Number(partNumber)];
}

function bodySize({ body }: FastifyRequest): number {
  return Buffer.isBuffer(body) ? body.length : 0;
}

/** Of a range, or of the whole object. fauxqs has refused a range that begins behind the end. */
function copiedSize(request: FastifyRequest, objects: ObjectIndex): number {
  const { bucket, key } = readCopySource(request);
  const size = objects.find(bucket, key)?.size ?? 0;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(String(request.headers["x-amz-copy-source-range"])) ?? [];
  return first === undefined ? size : Math.min(Number(last) + 1, size) - Number(first);
}

function readETag(payload: unknown): string {
  return /<ETag>(?:&quot;|")?([^<&"]*)/.exec(String(payload))?.[1] ?? "";
}
