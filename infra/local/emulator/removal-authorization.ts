import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AccessControl } from "../iam/access-control.ts";
import { removalOf } from "../iam/s3-access.ts";
import { accessKeyOf } from "./access-key.ts";
import { comesFromNetwork } from "./authorization.ts";
import { readDeletedKeys } from "./deleted-keys.ts";
import { refusedKeys, refuseKeys } from "./refused-keys.ts";
import { isS3Request, readS3Operation } from "./s3-operation.ts";
import { escapeXml } from "./xml.ts";

/** Decides on each key of DeleteObjects; those refused are left out where the request is read. Call it before any other hook. */
export function authorizeRemovals(app: FastifyInstance, access: AccessControl): void {
  app.addHook("preHandler", (request, _reply, next) => {
    const bucket = comesFromNetwork(request) ? emptiedBucket(request) : undefined;
    if (bucket === undefined) return next();
    const caller = access.callerOf(accessKeyOf(request.headers, request.query));
    const decided = readKeys(request).map((key) => [key, access.refusal(caller, removalOf({ bucket, key }))] as const);
    refuseKeys(
      request,
      decided.flatMap(([key, refusal]) => (refusal === undefined ? [] : [[key, refusal]])),
    );
    next();
  });
}

/** Tells of refused keys in the answer to DeleteObjects (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html). */
export function tellRefusedRemovals(app: FastifyInstance): void {
  app.addHook("onSend", (request, reply, payload, next) => {
    const errors = refusedKeys(request).map(errorXml).join("");
    if (typeof payload !== "string" || errors === "" || reply.statusCode !== 200) return next();
    next(
      null,
      payload.replace("</DeleteResult>", () => `${errors}</DeleteResult>`),
    );
  });
}

function emptiedBucket(request: FastifyRequest): string | undefined {
  const operation = isS3Request(request) ? readS3Operation(request) : undefined;
  return operation?.name === "DeleteObjects" ? operation.bucket : undefined;
}

/** None of a request that is refused as unreadable later. */
function readKeys({ body }: FastifyRequest): string[] {
  try {
    return readDeletedKeys(String(body));
  } catch {
    return [];
  }
}

function errorXml([key, refusal]: readonly [string, string]): string {
  return `<Error><Key>${escapeXml(key)}</Key><Code>AccessDenied</Code><Message>${escapeXml(refusal)}</Message></Error>`;
}
