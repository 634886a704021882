import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AwsError } from "./aws-error.ts";
import type { MailBox } from "./mail-box.ts";
import { mailBody, readMailRequest } from "./mail-request.ts";

/** Where SES takes mail. No bucket can have this address: names of buckets are longer. */
const ADDRESS = "/v2/email/outbound-emails";

/** Answers SES's SendEmail, and nothing else of SES. Whoever asks sends from a verified address, outside of SES's sandbox. */
export function answerMail(app: FastifyInstance, mailBox: MailBox): void {
  app.post(ADDRESS, async ({ body }, reply) => {
    try {
      return { MessageId: await mailBox.deliver(readMailRequest(mailBody(body))) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return refuseMail(error, reply);
    }
  });
}

export function isMailRequest({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === ADDRESS;
}

/** Clients take the code from the header. */
export function refuseMail({ code, message, status }: AwsError, reply: FastifyReply): FastifyReply {
  reply.code(status).header("x-amzn-errortype", code).header("content-type", "application/json");
  return reply.send(JSON.stringify({ message }));
}
