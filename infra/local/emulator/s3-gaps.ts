import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AwsError, notImplemented } from "./aws-error.ts";
import type { BucketNotifications } from "./bucket-notifications.ts";
import { readDeletedKeys, writeDeletedKeys } from "./deleted-keys.ts";
import type { ObjectIndex } from "./object-index.ts";
import { listObjects } from "./object-listing.ts";
import { recordChanges } from "./s3-changes.ts";
import { isS3Request, readS3Operation, type S3Operation } from "./s3-operation.ts";
import { refusalOf } from "./s3-refusals.ts";
import { s3ErrorXml } from "./xml.ts";

interface S3Parts {
  readonly objects: ObjectIndex;
  readonly notifications: BucketNotifications;
}

/**
 * Makes fauxqs's S3 refuse what it would get wrong, and tell of what it changed. Call it after every other hook: the
 * handler must follow the conditions in the same turn of the event loop.
 */
export function fillS3Gaps(app: FastifyInstance, { objects, notifications }: S3Parts): void {
  app.addHook("preHandler", (request, reply, next) => {
    if (!isS3Request(request)) return next();
    try {
      const operation = readS3Operation(request);
      if (operation === undefined) throw notImplemented(`${request.method} ${request.url}`);
      const refusal = refusalOf(operation, request.headers, objects);
      if (refusal !== undefined) throw refusal;
      if (operation.name === "ListObjectsV2") {
        return void reply.header("content-type", "application/xml").send(listObjects(operation, objects));
      }
      repairRequest(request, operation, objects);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return sendError(request, reply, error);
    }
    next();
  });

  const answered = new WeakSet<FastifyRequest>();
  app.addHook("onSend", (request, reply, payload, next) => {
    // fauxqs sends its answer and then returns nothing, which Fastify takes for a second answer, an empty one, as long
    // as the first has not gone out.
    if (answered.has(request)) return;
    const operation = reply.statusCode < 300 && isS3Request(request) ? readS3Operation(request) : undefined;
    // The store has changed in this same turn, and so does the index.
    const changes = operation === undefined ? [] : recordChanges({ operation, request, reply, payload }, objects);
    if (changes.length === 0) return next();
    answered.add(request);
    notifications.send(changes).then(
      () => next(),
      (error: Error) => {
        answered.delete(request);
        next(error);
      },
    );
  });
}

/** Gives fauxqs the request in a form that it reads as S3 does. */
function repairRequest(request: FastifyRequest, { name, bucket, key }: S3Operation, objects: ObjectIndex): void {
  // An object may be empty, as the markers of folders are.
  request.body ??= Buffer.alloc(0);
  if (name === "DeleteObjects") {
    const body = String(request.body);
    request.body = writeDeletedKeys(readDeletedKeys(body), body);
  }
  // The last N bytes of an object that has fewer are all of them.
  const last = /^bytes=-(\d+)$/.exec(request.headers.range ?? "")?.[1];
  if (last !== undefined && Number(last) > (objects.find(bucket, key)?.size ?? 0)) request.headers.range = "bytes=0-";
}

/** The answer to a HEAD request has no body, so its error is all in the status. */
function sendError(request: FastifyRequest, reply: FastifyReply, error: AwsError): void {
  reply.code(error.status).header("content-type", "application/xml");
  reply.send(request.method === "HEAD" ? "" : s3ErrorXml(error));
}
