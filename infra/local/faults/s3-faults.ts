import { setTimeout } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isS3Request, readS3Operation } from "../emulator/s3-operation.ts";
import { answerEarly, refuseAsS3, reset } from "./broken-answers.ts";
import type { FaultKind } from "./fault-kinds.ts";
import type { FaultPlan, UploadPlace } from "./fault-plan.ts";
import { anotherRead, noteRead } from "./late-reads.ts";
import { loseAnswer } from "./lost-answers.ts";

interface S3Fault {
  readonly app: FastifyInstance;
  readonly plan: FaultPlan;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** What the request asks for: `PUT /bucket/key`. */
  readonly name: string;
  readonly upload: UploadPlace;
}

const SHORTEST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 1_200;

const OF_ANY_REQUEST: readonly FaultKind[] = ["s3-slow", "s3-500", "s3-503", "s3-reset"];
const OF_READS: readonly FaultKind[] = ["s3-truncated"];
const OF_UPLOADS: readonly FaultKind[] = ["s3-removed", "s3-overwritten"];

/** Has a function's request to S3 go wrong, if it is this one's turn. Those that got an answer, or none ever, are sent. */
export async function failS3(app: FastifyInstance, plan: FaultPlan, request: FastifyRequest, reply: FastifyReply) {
  const operation = isS3Request(request) ? readS3Operation(request) : undefined;
  if (operation === undefined) return;
  const { bucket, key } = operation;
  const reads = operation.name === "GetObject";
  if (reads) noteRead(request);
  const kinds = [
    ...(reads && plan.isUploadsBucket(bucket) ? OF_UPLOADS : []),
    ...(reads ? OF_READS : []),
    ...OF_ANY_REQUEST,
  ];
  const name = `${request.method} /${bucket}/${key}`;
  const kind = plan.choose(kinds, name);
  if (kind) await FAULTS[kind]?.({ app, plan, request, reply, name, upload: { bucket, key } });
}

const FAULTS: Partial<Record<FaultKind, (fault: S3Fault) => Promise<void> | void>> = {
  "s3-slow": ({ plan, name }) =>
    setTimeout(SHORTEST_WAIT_MS + plan.fraction("wait", name) * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS)),
  "s3-500": (fault) =>
    isAfter(fault)
      ? loseAnswer(fault.request, "InternalError")
      : refuseAsS3(fault.request, fault.reply, "InternalError", 500),
  "s3-503": ({ request, reply }) => refuseAsS3(request, reply, "SlowDown", 503),
  "s3-reset": (fault) => (isAfter(fault) ? loseAnswer(fault.request, "reset") : reset(fault.request, fault.reply)),
  "s3-truncated": async ({ app, request, reply }) => (await answerEarly(app, request)).sendHalf(reply),
  "s3-removed": async (fault) => {
    const { app, plan, request, reply, upload } = fault;
    if (!isAfter(fault)) return plan.meanwhile.removeUpload(upload);
    const answer = await answerEarly(app, request);
    await plan.meanwhile.removeUpload(upload);
    await anotherRead(request);
    answer.send(reply);
  },
  "s3-overwritten": async ({ app, plan, request, reply, upload }) => {
    const answer = await answerEarly(app, request);
    await plan.meanwhile.overwriteUpload(upload);
    await anotherRead(request);
    answer.send(reply);
  },
};

/** Whether S3 does what is asked for before it goes wrong. */
function isAfter({ plan, name }: S3Fault): boolean {
  return plan.fraction("after", name) < 0.5;
}
