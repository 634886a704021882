import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ObjectIndex } from "./object-index.ts";
import { recordChanges } from "./s3-changes.ts";
import type { ObjectChange } from "./s3-event.ts";
import { isS3Request, readS3Operation } from "./s3-operation.ts";

/** What each request to S3 changed. */
export type TrackedChanges = WeakMap<FastifyRequest, readonly ObjectChange[]>;

/**
 * Keeps the index as fauxqs's store is. Call it before every other hook on answers: the index has to follow the store in
 * the same turn of the event loop, or two conditional writes could both succeed.
 */
export function trackChanges(app: FastifyInstance, objects: ObjectIndex): TrackedChanges {
  const tracked: TrackedChanges = new WeakMap();
  app.addHook("onSend", (request, reply, payload, next) => {
    if (!isS3Request(request)) return next();
    // fauxqs sends its answer and then returns nothing, which Fastify takes for a second answer, an empty one, as long
    // as the first has not gone out.
    if (tracked.has(request)) return;
    const operation = reply.statusCode < 300 ? readS3Operation(request) : undefined;
    tracked.set(request, operation === undefined ? [] : recordChanges({ operation, request, reply, payload }, objects));
    next();
  });
  return tracked;
}
