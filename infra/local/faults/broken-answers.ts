import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions } from "fastify";
import { AwsError } from "../emulator/aws-error.ts";
import { INTERNAL_HEADERS } from "../emulator/internal-request.ts";
import { s3ErrorXml } from "../emulator/xml.ts";

/** Ends the connection without an answer. */
export function reset(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

export function refuseAsS3(request: FastifyRequest, reply: FastifyReply, code: string, status: number): void {
  const error = new AwsError(code, "Please try again.", status);
  reply.code(status).header("content-type", "application/xml");
  reply.send(request.method === "HEAD" ? "" : s3ErrorXml(error));
}

/** An answer that nobody has seen yet. */
export interface EarlyAnswer {
  send(reply: FastifyReply): void;
  /** Sends the head and half of the body, and then ends the connection. */
  sendHalf(reply: FastifyReply): void;
}

/** Answers a request before its turn, as if nobody had sent it. */
export async function answerEarly(app: FastifyInstance, request: FastifyRequest): Promise<EarlyAnswer> {
  const { statusCode, headers, rawPayload } = await app.inject({
    method: request.method as Exclude<InjectOptions["method"], undefined>,
    url: request.url,
    headers: { ...request.headers, ...INTERNAL_HEADERS },
  });
  return {
    send: (reply) => void reply.code(statusCode).headers(headers).send(rawPayload),
    sendHalf: (reply) => {
      reply.hijack();
      reply.raw.writeHead(statusCode, headers as Record<string, string>);
      reply.raw.write(rawPayload.subarray(0, Math.floor(rawPayload.length / 2)), () => reply.raw.socket?.destroy());
    },
  };
}
