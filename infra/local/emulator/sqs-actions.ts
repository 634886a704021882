import type { FastifyInstance } from "fastify";
import { AwsError, notImplemented } from "./aws-error.ts";
import { isObject } from "./json.ts";
import type { MessageMoveTasks } from "./message-move-tasks.ts";

type Request = Readonly<Record<string, unknown>>;
type Action = (request: Request, tasks: MessageMoveTasks) => Promise<object>;

/** The actions that fauxqs does not have. */
const ACTIONS: Readonly<Record<string, Action>> = {
  StartMessageMoveTask: (request, tasks) => tasks.start(request),
  ListMessageMoveTasks: (request, tasks) => tasks.list(request),
  CancelMessageMoveTask: (request, tasks) => tasks.cancel(request),
};

/** Those that it has. Any other would look to a client as if it did not know SQS. */
const ACTIONS_OF_FAUXQS =
  /^(((Create|Delete|Purge|Tag|Untag)Queue)|GetQueue(Url|Attributes)|SetQueueAttributes|List(Queues|QueueTags)|ReceiveMessage|((Send|Delete)Message|ChangeMessageVisibility)(Batch)?)$/;

/** Answers the actions of SQS that fauxqs does not know. */
export function answerSqs(app: FastifyInstance, tasks: MessageMoveTasks): void {
  app.addHook("preHandler", async ({ headers, body }, reply) => {
    const [, name] = /^AmazonSQS\.(.*)$/.exec(String(headers["x-amz-target"])) ?? [];
    if (name === undefined || ACTIONS_OF_FAUXQS.test(name)) return;
    try {
      const action = ACTIONS[name];
      if (action === undefined) throw notImplemented(`the SQS action ${name}`);
      return reply.send(await action(isObject(body) ? body : {}, tasks));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      reply.code(error.status).header("x-amzn-query-error", `${error.code};Sender`);
      return reply.send({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message });
    }
  });
  app.addHook("preClose", () => tasks.close());
}
