import type { FastifyReply, FastifyRequest } from "fastify";
import { readUnescapedKeys } from "./deleted-keys.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { ObjectChange } from "./s3-event.ts";
import { readCopySource, type S3Operation, type S3OperationName } from "./s3-operation.ts";
import { unquote } from "./s3-refusals.ts";

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
    return created("ObjectCreated:Put", operation, { size: bodySize(request), eTag }, objects);
  },
  CopyObject: ({ operation, request, payload }, objects) => {
    const source = readCopySource(request);
    const size = objects.find(source.bucket, source.key)?.size ?? 0;
    return created("ObjectCreated:Copy", operation, { size, eTag: readETag(payload) }, objects);
  },
  UploadPart: ({ operation, request }, objects) => {
    objects.putPart(operation.query.uploadId ?? "", operation.query.partNumber ?? "", bodySize(request));
    return [];
  },
  AbortMultipartUpload: ({ operation }, objects) => {
    objects.takeParts(operation.query.uploadId ?? "", []);
    return [];
  },
  CompleteMultipartUpload: ({ operation, request, payload }, objects) => {
    const numbers = [...String(request.body).matchAll(/<PartNumber>(\d+)</g)].map(([, number = ""]) => number);
    const size = objects.takeParts(operation.query.uploadId ?? "", numbers);
    const eTag = readETag(payload);
    return created("ObjectCreated:CompleteMultipartUpload", operation, { size, eTag }, objects);
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
  stored: { size: number; eTag: string },
  objects: ObjectIndex,
): ObjectChange[] {
  objects.put(bucket, key, stored);
  return [{ eventName, bucket, key, stored }];
}

/** Deleting a key that is not there succeeds too, but changes nothing. */
function removed(bucket: string, keys: readonly string[], objects: ObjectIndex): ObjectChange[] {
  const gone = keys.filter((key) => objects.remove(bucket, key));
  return gone.map((key) => ({ eventName: "ObjectRemoved:Delete", bucket, key }));
}

/** With checksum trailers the body is longer than what is stored. */
function bodySize({ headers, body }: FastifyRequest): number {
  const decoded = headers["x-amz-decoded-content-length"];
  if (decoded !== undefined) return Number(decoded);
  return Buffer.isBuffer(body) ? body.length : 0;
}

function readETag(payload: unknown): string {
  return /<ETag>(?:&quot;|")?([^<&"]*)/.exec(String(payload))?.[1] ?? "";
}
