import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AwsError, notImplemented } from "./aws-error.ts";
import type { BucketNotifications } from "./bucket-notifications.ts";
import type { TrackedChanges } from "./change-tracking.ts";
import { addDeleted } from "./deleted-keys.ts";
import { INTERNAL_HEADERS } from "./internal-request.ts";
import type { ObjectIndex } from "./object-index.ts";
import { overrideHeaders } from "./response-overrides.ts";
import { answerOf } from "./s3-answers.ts";
import { isS3Request, readS3Operation, type S3Operation } from "./s3-operation.ts";
import { refusalOf } from "./s3-refusals.ts";
import { keysApart, receiveS3Request, repairRequest } from "./s3-request.ts";
import { STORAGE_CLASS } from "./stored-attributes.ts";
import { s3ErrorXml } from "./xml.ts";

interface S3Parts {
  readonly objects: ObjectIndex;
  readonly notifications: Pick<BucketNotifications, "send">;
  readonly tracked: TrackedChanges;
  readonly region: string;
}

/**
 * Makes fauxqs's S3 refuse what it would get wrong, and tell of what it changed. Call it after every other hook: the
 * handler must follow the conditions in the same turn of the event loop.
 */
export function fillS3Gaps(app: FastifyInstance, { objects, notifications, tracked, region }: S3Parts): void {
  app.addHook("preHandler", (request, reply, next) => {
    if (!isS3Request(request)) return next();
    try {
      const operation = receiveS3Request(request);
      if (operation === undefined) throw notImplemented(`${request.method} ${request.url}`);
      const refusal = refusalOf(operation, request.headers, objects);
      if (refusal !== undefined) throw refusal;
      const answer = answerOf(operation, { objects, region });
      if (answer !== undefined) return void reply.header("content-type", "application/xml").send(answer);
      repairRequest(request, operation, objects);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return sendError(request, reply, error, objects);
    }
    next();
  });

  app.addHook("onSend", (request, reply, payload, next) => {
    const operation = reply.statusCode < 300 && isS3Request(request) ? readS3Operation(request) : undefined;
    if (operation === undefined) return next();
    completeHeaders(operation, reply, { objects, region });
    const apart = keysApart.get(request) ?? [];
    const changes = tracked.get(request) ?? [];
    if (changes.length === 0 && apart.length === 0) return next();
    Promise.all([notifications.send(changes), deleteApart(operation.bucket, apart)]).then(
      () => next(null, apart.length === 0 ? payload : addDeleted(String(payload), apart, String(request.body))),
      (error: Error) => {
        // The error is another answer.
        tracked.delete(request);
        next(error);
      },
    );
  });

  async function deleteApart(bucket: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const url = `/${bucket}/${encodeURIComponent(key)}`;
      const { statusCode, body } = await app.inject({ method: "DELETE", url, headers: { ...INTERNAL_HEADERS } });
      if (statusCode >= 300) throw new Error(`Expected ${key} to be deleted, received ${statusCode}: ${body}`);
    }
  }
}

/** What S3 says besides, and clients look for. */
function completeHeaders(
  { name, bucket, key, query }: S3Operation,
  reply: FastifyReply,
  { objects, region }: Pick<S3Parts, "objects" | "region">,
): void {
  if (name === "HeadBucket") reply.header("x-amz-bucket-region", region);
  if (name !== "GetObject" && name !== "HeadObject") return;
  reply.header("accept-ranges", "bytes");
  // The standard class is not told: API_HeadObject.html.
  const { storageClass = "STANDARD" } = objects.find(bucket, key) ?? {};
  if (storageClass !== "STANDARD") reply.header(STORAGE_CLASS, storageClass);
  overrideHeaders(query, reply);
}

/** The answer to a HEAD request has no body, so its error is all in the status; that nothing changed is no error. */
function sendError(request: FastifyRequest, reply: FastifyReply, error: AwsError, objects: ObjectIndex): void {
  reply.code(error.status);
  if (error.status === 304) {
    const { bucket = "", key = "" } = readS3Operation(request) ?? {};
    const { eTag, lastModified } = objects.find(bucket, key) ?? {};
    return void reply.headers({ etag: `"${eTag}"`, "last-modified": lastModified?.toUTCString() }).send();
  }
  reply.header("content-type", "application/xml").send(request.method === "HEAD" ? "" : s3ErrorXml(error));
}
