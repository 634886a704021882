import { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AccessControl } from "../iam/access-control.ts";
import type { AccessRequest } from "../iam/evaluate.ts";
import { mailAccessOf } from "../iam/mail-access.ts";
import { queueAccessOf, topicAccessOf } from "../iam/queue-and-topic-access.ts";
import { s3AccessOf } from "../iam/s3-access.ts";
import { accessKeyOf, isOfForeignPage } from "./access-key.ts";
import { AwsError } from "./aws-error.ts";
import { isObject } from "./json.ts";
import { isMailRequest, refuseMail } from "./mail-actions.ts";
import { mailBody, readMailRequest } from "./mail-request.ts";
import type { ObjectIndex } from "./object-index.ts";
import { takeHoistedHeaders } from "./presigned-request.ts";
import { isS3Request, readCopySource, readQuery, readS3Operation, type S3Operation } from "./s3-operation.ts";
import { TAGGING } from "./stored-attributes.ts";
import { queryErrorXml, s3ErrorXml } from "./xml.ts";

export interface AuthorizationParts {
  readonly access: AccessControl;
  readonly region: string;
  readonly accountId: string;
  readonly objects: ObjectIndex;
}

interface Protocol {
  readonly speaks: (request: FastifyRequest) => boolean;
  /** All that a request needs. None for what no permission is needed for, and for what is refused as unknown anyway. */
  readonly accessOf: (request: FastifyRequest, parts: AuthorizationParts) => AccessRequest[];
  readonly refuse: (reason: string, request: FastifyRequest, reply: FastifyReply) => void;
}

/** Answers requests that may not be made as AWS does. Call it before any hook that answers, or changes anything. */
export function authorizeRequests(app: FastifyInstance, parts: AuthorizationParts): void {
  app.addHook("preHandler", (request, reply, next) => {
    const protocol = PROTOCOLS.find(({ speaks }) => speaks(request));
    // A target in a request of another service is not what its permissions are decided on, so nobody may act on it.
    if (!speaksSqs(request)) delete request.headers["x-amz-target"];
    if (protocol === undefined || !comesFromNetwork(request)) return next();
    const { headers, query, socket } = request;
    const caller = parts.access.callerOf(accessKeyOf(headers, isS3Request(request) ? query : undefined));
    try {
      if (isOfForeignPage(headers, socket.localPort)) throw denied("Web pages of other origins have no access here.");
      if (caller.kind === "anonymous") throw denied("Access Denied");
      for (const access of protocol.accessOf(request, parts)) {
        const refusal = parts.access.refusal(caller, access);
        if (refusal !== undefined) throw denied(refusal);
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // Another error is of a request that can't be read, which the service itself refuses.
      if (error.status === 403) return protocol.refuse(error.message, request, reply);
    }
    next();
  });
}

/** Whether a client sent it. What the emulator asks of itself has no connection. */
export function comesFromNetwork({ raw }: FastifyRequest): boolean {
  return raw.socket instanceof Socket;
}

/** The type decides, as it does on who answers; a target may be in any request. */
function speaksSqs({ headers }: FastifyRequest): boolean {
  return headers["content-type"]?.includes("application/x-amz-json-1.0") ?? false;
}

const PROTOCOLS: readonly Protocol[] = [
  {
    speaks: isMailRequest,
    accessOf: ({ body }, place) => mailAccessOf(readMailRequest(mailBody(body)), place),
    refuse: (reason, _request, reply) => {
      refuseMail(new AwsError("AccessDeniedException", reason, 403), reply);
    },
  },
  {
    speaks: isS3Request,
    accessOf: (request, { objects }) => {
      // They decide which operation it is.
      takeHoistedHeaders(readQuery(request), request.headers);
      const operation = readS3Operation(request);
      if (operation === undefined) return [];
      const { "x-amz-copy-source": source, "if-match": ifMatch, [TAGGING]: tagging } = request.headers;
      const copySource = source === undefined ? undefined : readCopySource(request);
      const copied = copySource && objects.find(copySource.bucket, copySource.key);
      return s3AccessOf(operation, {
        copySource,
        comparesETag: ifMatch !== undefined,
        givesTags: tagging !== undefined,
        copiesTags: bringsTags(operation, request.headers) && (copied?.tags ?? []).length > 0,
        // Whether there is such a bucket is no secret.
        exists: ({ bucket, key }) => !objects.hasBucket(bucket) || objects.find(bucket, key) !== undefined,
      });
    },
    refuse: (reason, { method }, reply) => {
      reply.code(403).header("content-type", "application/xml");
      reply.send(method === "HEAD" ? "" : s3ErrorXml(denied(reason)));
    },
  },
  {
    speaks: speaksSqs,
    accessOf: ({ headers, body }, place) => {
      const call = String(headers["x-amz-target"]).replace("AmazonSQS.", "");
      return queueAccessOf(call, isObject(body) ? body : {}, place);
    },
    refuse: (message, _request, reply) => {
      // Clients take the code from the header, as in the protocol that SQS had before.
      reply.code(403).header("x-amzn-query-error", "AccessDenied;Sender");
      reply.header("content-type", "application/x-amz-json-1.0");
      reply.send(JSON.stringify({ __type: "com.amazonaws.sqs#AccessDenied", message }));
    },
  },
  {
    speaks: () => true,
    accessOf: ({ body }, place) => {
      const { Action, ...parameters } = isObject(body) ? body : {};
      // Whoever has credentials may know whose they are: API_GetCallerIdentity.html.
      if (typeof Action !== "string" || Action === "GetCallerIdentity") return [];
      return [topicAccessOf(Action, parameters, place)];
    },
    refuse: (reason, _request, reply) => {
      const error = new AwsError("AuthorizationError", reason, 403);
      reply.code(error.status).header("content-type", "text/xml").send(queryErrorXml(error));
    },
  },
];

/** Parts have no tags. */
function bringsTags({ name }: S3Operation, headers: FastifyRequest["headers"]): boolean {
  return name === "CopyObject" && headers["x-amz-tagging-directive"] !== "REPLACE";
}

function denied(reason: string): AwsError {
  return new AwsError("AccessDenied", reason, 403);
}
