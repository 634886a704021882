import type { FastifyInstance, FastifyRequest } from "fastify";
import { isInternal } from "./internal-request.ts";
import { isMailRequest } from "./mail-actions.ts";

const SERVICES: readonly string[] = ["s3", "sns", "sqs", "sts"];
/** The routes that fauxqs adds for itself would hide buckets of the same name. */
const OWN_ROUTES = /^\/(health|_fauxqs\/.*)$/;

/** Refuses requests to any other service of AWS, which fauxqs would take for requests to S3. */
export function refuseOtherServices(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    return reply.code(501).send({ __type: "NotImplemented", message: `${request.method} ${request.url}` });
  });
  app.addHook("onRequest", async (request, reply) => {
    const service = serviceOf(request);
    // SES has one address, and no other service has it.
    const isKnown = service === undefined || (isMailRequest(request) ? service === "ses" : SERVICES.includes(service));
    if (isInternal(request)) return;
    if (isKnown && !OWN_ROUTES.test(request.routeOptions.url ?? "")) return;
    return reply.code(501).send({ __type: "NotImplemented", message: `${service ?? request.url} is not emulated.` });
  });
}

/** The service that a request is signed for, or that its target names. */
function serviceOf({ headers }: FastifyRequest): string | undefined {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.startsWith("AmazonSQS.") ? "sqs" : target;
  return /Credential=[^,\s]*\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
}
