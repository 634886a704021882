import type { FastifyInstance, FastifyRequest } from "fastify";
import { AwsError } from "../emulator/aws-error.ts";
import { isS3Request } from "../emulator/s3-operation.ts";
import { queryErrorXml, s3ErrorXml } from "../emulator/xml.ts";

type Loss = "InternalError" | "reset";

const losses = new WeakMap<FastifyRequest, Loss>();

/** Has what a request asks for be done, and the client not learn of it. */
export function loseAnswer(request: FastifyRequest, loss: Loss): void {
  losses.set(request, loss);
}

/** Exchanges the answers that are to be lost. Call it after every other hook: for all others the request succeeded. */
export function exchangeLostAnswers(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const loss = losses.get(request);
    if (loss === undefined) return payload;
    if (loss === "reset") {
      request.raw.socket.destroy();
      return payload;
    }
    const error = new AwsError("InternalError", "Please try again.", 500);
    reply.code(error.status).removeHeader("content-length");
    if (request.method === "HEAD") return "";
    return isS3Request(request) ? s3ErrorXml(error) : queryErrorXml(error);
  });
}
