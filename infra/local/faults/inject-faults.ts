import type { FastifyInstance } from "fastify";
import { comesFromNetwork } from "../emulator/authorization.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { comesFromFunction } from "./function-request.ts";
import { disturbDelivery, failMessaging } from "./message-faults.ts";
import { failS3 } from "./s3-faults.ts";

export { exchangeLostAnswers } from "./lost-answers.ts";

/**
 * Has the requests of functions go wrong as a plan says, and the messages between services. The machine's owner, and what
 * polls queues, see things as they are. Call it before any hook that answers, and `exchangeLostAnswers` after all others.
 */
export function injectFaults(app: FastifyInstance, plan: FaultPlan): void {
  app.addHook("preHandler", async (request, reply) => {
    if (!comesFromNetwork(request)) return disturbDelivery(app, plan, request);
    if (!comesFromFunction(request)) return;
    if (plan.choose(["function-killed"], `${request.method} ${request.url}`)) plan.meanwhile.killFunction();
    await failS3(app, plan, request, reply);
    if (!reply.sent) failMessaging(plan, request, reply);
    if (reply.sent) return reply;
  });
}
