import type { FastifyInstance } from "fastify";
import type { AccessControl } from "../iam/access-control.ts";
import { policyProblem } from "../iam/policy.ts";
import { queueName } from "../queue-name.ts";
import { isObject } from "./json.ts";

interface QueuePolicyParts {
  readonly access: AccessControl;
  readonly region: string;
  readonly accountId: string;
}

/** Has the `Policy` attribute of queues decide who may use them; fauxqs only keeps it. */
export function enforceQueuePolicies(app: FastifyInstance, { access, region, accountId }: QueuePolicyParts): void {
  app.addHook("preHandler", async ({ headers, body }, reply) => {
    if (!/^AmazonSQS\.(CreateQueue|SetQueueAttributes)$/.test(String(headers["x-amz-target"]))) return;
    if (!isObject(body) || !isObject(body.Attributes)) return;
    const { Policy } = body.Attributes;
    if (Policy === undefined) return;
    const problem = Policy === "" ? undefined : policyProblem("resource", Policy);
    if (problem !== undefined) {
      const message = `Invalid value for the parameter Policy. ${problem}`;
      reply.code(400).header("x-amzn-query-error", "InvalidAttributeValue;Sender");
      return reply.send({ __type: "com.amazonaws.sqs#InvalidAttributeValue", message });
    }
    const isNew = headers["x-amz-target"] === "AmazonSQS.CreateQueue";
    const name = isNew ? body.QueueName : queueName(String(body.QueueUrl));
    access.putResourcePolicy(`arn:aws:sqs:${region}:${accountId}:${name}`, String(Policy));
  });
}
