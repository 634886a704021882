import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AwsError } from "../emulator/aws-error.ts";
import { isObject } from "../emulator/json.ts";
import { queryErrorXml } from "../emulator/xml.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { loseAnswer } from "./lost-answers.ts";

const TARGET = "x-amz-target";
const SEND = "AmazonSQS.SendMessage";
const LONGEST_DELAY_SECONDS = 60;

/** Marks the second of two equal messages, which gets no third. */
const COPY_HEADER = "x-image-machine-copy";

/** Has a message that a service puts into a queue come late, or twice: standard queues promise neither order nor once. */
export function disturbDelivery(app: FastifyInstance, plan: FaultPlan, { headers, body }: FastifyRequest): void {
  if (headers[TARGET] !== SEND || !isObject(body)) return;
  const name = `${body.QueueUrl} ${body.MessageBody}`;
  const original = { ...body };
  if (plan.choose(["sqs-reordering"], name)) {
    body.DelaySeconds = Math.floor(plan.fraction("delay", name) * LONGEST_DELAY_SECONDS);
  }
  if (headers[COPY_HEADER] !== undefined || !plan.choose(["sqs-duplicates"], name)) return;
  const DelaySeconds = Math.floor(plan.fraction("copy", name) * LONGEST_DELAY_SECONDS);
  const again = {
    method: "POST",
    url: "/",
    headers: { "content-type": "application/x-amz-json-1.0", [TARGET]: SEND, [COPY_HEADER]: "true" },
    payload: JSON.stringify({ ...original, DelaySeconds }),
  } as const;
  // After the first, whose sender waits for its answer.
  setTimeout(() => void app.inject(again).catch(console.error), 0);
}

/** Has a function's request to SQS or SNS go wrong, if it is this one's turn. */
export function failMessaging(plan: FaultPlan, request: FastifyRequest, reply: FastifyReply): void {
  if (!isObject(request.body)) return;
  if (request.headers["content-type"]?.includes("x-www-form-urlencoded")) failTopic(plan, request, reply);
  else if (String(request.headers[TARGET]).startsWith("AmazonSQS.")) failQueue(plan, request, reply);
}

function failTopic(plan: FaultPlan, request: FastifyRequest, reply: FastifyReply): void {
  // A result takes another time with each try, but has one id.
  const { Message: message } = request.body as Record<string, unknown>;
  const name = `SNS ${/"id":"[^"]*"/.exec(String(message))?.[0] ?? message}`;
  if (!plan.choose(["sns-500"], name)) return;
  if (plan.fraction("after", name) < 0.5) {
    loseAnswer(request, "InternalError");
    return;
  }
  reply.code(500).header("content-type", "text/xml");
  reply.send(queryErrorXml(new AwsError("InternalError", "Please try again.", 500)));
}

function failQueue(plan: FaultPlan, request: FastifyRequest, reply: FastifyReply): void {
  // Asked once, when the stack is made: who deploys has no queue that would try again.
  if (request.headers[TARGET] === "AmazonSQS.GetQueueAttributes") return;
  const { QueueUrl: url } = request.body as Record<string, unknown>;
  if (!plan.choose(["sqs-500"], `${request.headers[TARGET]} ${url}`)) return;
  reply.code(500).header("content-type", "application/x-amz-json-1.0");
  reply.send(JSON.stringify({ __type: "com.amazonaws.sqs#InternalError", message: "Please try again." }));
}
