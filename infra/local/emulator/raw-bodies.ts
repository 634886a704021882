import type { FastifyInstance, FastifyRequest } from "fastify";
import { isS3Request } from "./s3-operation.ts";

/**
 * Gives requests to S3 the bytes of their bodies, whatever their content type says. fauxqs reads forms and the JSON of
 * SQS wherever they are sent, and an object may be either; Fastify refuses what is no media type.
 */
export function keepRawBodies(app: FastifyInstance): void {
  const types = new WeakMap<FastifyRequest, string>();
  // Without a type, a body is taken as it is.
  app.addHook("preParsing", async (request, _reply, payload) => {
    const { "content-type": type } = request.headers;
    if (type === undefined || !isS3Request(request)) return payload;
    types.set(request, type);
    delete request.headers["content-type"];
    return payload;
  });
  // It is the object's.
  app.addHook("preValidation", async (request) => {
    const type = types.get(request);
    if (type !== undefined) request.headers["content-type"] = type;
  });
}
