import type { FastifyRequest } from "fastify";
import { AwsError, notImplemented } from "./aws-error.ts";
import { receiveBody } from "./body-integrity.ts";
import { readDeletedKeys, unsafeKeys, writeDeletedKeys } from "./deleted-keys.ts";
import { checkCompletion, checkPartNumber, writeParts } from "./multipart-completion.ts";
import { findUpload } from "./multipart-listing.ts";
import type { ObjectIndex } from "./object-index.ts";
import { checkPresignedTime, takeHoistedHeaders } from "./presigned-request.ts";
import { isRefused } from "./refused-keys.ts";
import { readQuery, readS3Operation, type S3Operation, type S3OperationName } from "./s3-operation.ts";
import { receiveMetadata } from "./user-metadata.ts";

/** The keys of a DeleteObjects request that have yet to be deleted once fauxqs has answered. */
export const keysApart = new WeakMap<FastifyRequest, readonly string[]>();

type Repair = (request: FastifyRequest, operation: S3Operation, objects: ObjectIndex) => void;

/** What each operation needs so that fauxqs reads it as S3 does; what S3 refuses is refused. */
const REPAIRS: Partial<Record<S3OperationName, Repair>> = {
  CreateBucket: ({ body }) => {
    if (/<(Bucket|Location|Tags)>/.test(String(body))) throw notImplemented("directory buckets and tags");
  },
  PutObject: giveType,
  CreateMultipartUpload: (request) => {
    giveType(request);
    // fauxqs would give a checksum of the parts' checksums for one of the whole.
    if (request.headers["x-amz-checksum-type"] === "FULL_OBJECT") delete request.headers["x-amz-checksum-algorithm"];
  },
  UploadPart: checkPart,
  UploadPartCopy: checkPart,
  AbortMultipartUpload: (_request, operation, objects) => {
    findUpload(operation, objects);
  },
  CompleteMultipartUpload: (request, operation, objects) => {
    const body = String(request.body);
    checkCompletion(body, findUpload(operation, objects), request.headers["x-amz-mp-object-size"]);
    request.body = writeParts(body);
  },
  DeleteObjects: (request) => {
    const body = String(request.body);
    const keys = readDeletedKeys(body).filter((key) => !isRefused(request, key));
    request.body = writeDeletedKeys(keys, body);
    keysApart.set(request, unsafeKeys(keys));
  },
  GetObject: ({ headers }, { bucket, key }, objects) => {
    // Ranges that are none, and lists of them, are as good as no range.
    if (!/^bytes=(\d+-\d*|-\d+)$/.test(headers.range ?? "")) delete headers.range;
    // The last N bytes of an object that has fewer are all of them.
    const last = /^bytes=-(\d+)$/.exec(headers.range ?? "")?.[1];
    if (last !== undefined && Number(last) > (objects.find(bucket, key)?.size ?? 0)) headers.range = "bytes=0-";
    // They hold, or the request would not have come this far; fauxqs compares fractions of seconds.
    for (const name of ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"]) delete headers[name];
  },
};

/** Reads a request to S3, or nothing if it asks for what is unknown here. */
export function receiveS3Request(request: FastifyRequest): S3Operation | undefined {
  const query = readQuery(request);
  takeHoistedHeaders(query, request.headers);
  checkPresignedTime(query, Date.now());
  const operation = readS3Operation(request);
  if (operation === undefined) return undefined;
  receiveBody(request, operation.name);
  receiveMetadata(request.headers);
  return operation;
}

/** Gives fauxqs the request in a form that it reads as S3 does. */
export function repairRequest(request: FastifyRequest, operation: S3Operation, objects: ObjectIndex): void {
  REPAIRS[operation.name]?.(request, operation, objects);
}

function giveType({ headers }: FastifyRequest): void {
  headers["content-type"] ??= "binary/octet-stream";
}

function checkPart(_request: FastifyRequest, operation: S3Operation, objects: ObjectIndex): void {
  checkPartNumber(operation.query.partNumber);
  if (!objects.hasBucket(operation.bucket))
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  findUpload(operation, objects);
}
