import { allow, placeOf, policy, useKey } from "./statements.ts";

/** What the notifier's function may touch, and nothing else. */
export interface NotifierScope {
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  readonly logGroupArn: string;
  /** The only address that it sends from. */
  readonly from: string;
  /** Addresses and domains that may be verified for its mail, in the queue's region and account. */
  readonly identities: readonly string[];
  /** The KMS key of queues, if they have one. */
  readonly keyArn?: string | undefined;
}

/** All that the notifier's function needs, and no more. */
export function notifierPolicy({ queueArn, deadLetterQueueArn, logGroupArn, from, ...scope }: NotifierScope): string {
  const { partition, region, accountId } = placeOf(queueArn);
  const identities = [...new Set(scope.identities)].map(
    (identity) => `arn:${partition}:ses:${region}:${accountId}:identity/${identity}`,
  );
  return policy(
    allow("ConsumeQueue", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queueArn),
    allow("SendDeadLetters", "sqs:SendMessage", deadLetterQueueArn),
    // SES asks for the identity that mail is sent from and, of accounts in its sandbox, for those it is sent to. Which of
    // them are verified, by address or by domain, is not known here.
    allow("SendMail", "ses:SendEmail", identities, { StringEquals: { "ses:FromAddress": from } }),
    allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${logGroupArn}:*`),
    ...(scope.keyArn ? [useKey(scope.keyArn, ["sqs"])] : []),
  );
}
