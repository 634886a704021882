import { Logger } from "@aws-lambda-powertools/logger";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { SqsDeadLetters } from "./dead-letters.ts";
import { SesMailer } from "./mailer.ts";
import { Notifier } from "./notifier.ts";
import { readNotifierSettings } from "./settings.ts";

/** The notifier's Lambda handler: a batch of failed results in, those that are to come again out. */
export function createNotifier(environment: NodeJS.ProcessEnv = process.env) {
  const settings = readNotifierSettings(environment);
  const notifier = new Notifier({
    stack: settings.stack,
    mailer: new SesMailer(new SESv2Client({}), settings),
    deadLetters: new SqsDeadLetters(new SQSClient({}), settings.deadLetterQueueUrl),
    log: new Logger(),
  });
  return (event: SQSEvent): Promise<SQSBatchResponse> => notifier.notify(event);
}
