import type { FastifyInstance, FastifyRequest } from "fastify";
import { parseJson } from "./json.ts";
import { sqsQueryAnswer, sqsQueryError } from "./sqs-query-answer.ts";
import { readSqsQuery } from "./sqs-query-request.ts";

/** SQS's own, by which its requests are told from those of SNS and STS. */
const VERSION = "2012-11-05";

/**
 * Lets clients speak the protocol that SQS had before 2023, in forms and XML, which fauxqs lacks: a request goes on as
 * if it had come in JSON. Call it before any hook that reads a request.
 */
export function acceptSqsQueries(app: FastifyInstance): void {
  const actions = new WeakMap<FastifyRequest, string>();
  app.addHook("preHandler", async (request) => {
    const { headers, body } = request;
    if (request.routeOptions.url !== "/" || !headers["content-type"]?.includes("x-www-form-urlencoded")) return;
    const { Action = "", Version, ...parameters } = readForm(body);
    if (Version !== VERSION) return;
    actions.set(request, Action);
    headers["x-amz-target"] = `AmazonSQS.${Action}`;
    headers["content-type"] = "application/x-amz-json-1.0";
    request.body = readSqsQuery(parameters);
  });

  app.addHook("onSend", async (request, reply, payload) => {
    const action = actions.get(request);
    if (action === undefined) return payload;
    reply.header("content-type", "text/xml");
    const answer = parseJson(String(payload));
    if (reply.statusCode < 300) return sqsQueryAnswer(action, answer);
    return sqsQueryError(answer, String(reply.getHeader("x-amzn-query-error") ?? ""));
  });
}

function readForm(body: unknown): Record<string, string> {
  if (typeof body !== "object" || body === null) return {};
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
}
