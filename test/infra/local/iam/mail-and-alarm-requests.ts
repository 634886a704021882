import { mailIdentities } from "../../../../infra/failure-mail/mail-identities.ts";
import { mailAccessOf } from "../../../../infra/local/iam/mail-access.ts";
import type { Principal } from "../../../../infra/local/iam/principal.ts";
import { publishFromAlarm, SECURE } from "../../../../infra/local/iam/service-request.ts";
import { alarmTopicPolicy, notifierPolicy } from "../../../../infra/policies.ts";
import type { DecidedRequest } from "./decided-request.ts";
import { ACCOUNT, arn, OTHER_ACCOUNT } from "./policy-samples.ts";

const NOTIFIER: Principal = { kind: "role", roleArn: `arn:aws:iam::${ACCOUNT}:role/notifier`, sessionName: "notifier" };
const FROM = "images@mail.example.com";
const TO = "ops@example.org";

const POLICY = notifierPolicy({
  queueArn: arn("sqs", "failure-mail"),
  deadLetterQueueArn: arn("sqs", "failure-mail-dead-letters"),
  logGroupArn: arn("logs", "log-group:/aws/lambda/failure-mail"),
  from: FROM,
  identities: [FROM, TO].flatMap(mailIdentities),
});

const PLACE = { region: "us-east-1", accountId: ACCOUNT };
const mail = (from: string, ...to: readonly string[]) => mailAccessOf({ from, to, subject: "" }, PLACE);
const [sending] = mail(FROM);

function byNotifier(request: DecidedRequest["request"], allowed: boolean): DecidedRequest {
  return { principal: NOTIFIER, request, identityPolicy: POLICY, allowed };
}

const ALARMS_TOPIC = arn("sns", "alarms");

function byAlarm(alarmArn: string, allowed: boolean, context = {}): DecidedRequest {
  const { principal, ...request } = publishFromAlarm(alarmArn, ALARMS_TOPIC);
  return {
    principal,
    request: { ...request, context: { ...request.context, ...context } },
    resourcePolicy: alarmTopicPolicy({ topicArn: ALARMS_TOPIC, alarmPrefix: "" }),
    allowed,
  };
}

/** What the notifier and CloudWatch ask for, and what is close to it. */
export const MAIL_AND_ALARM_REQUESTS: readonly DecidedRequest[] = [
  ...mail(FROM, TO).map((request) => byNotifier(request, true)),
  // Whichever identity is verified: an address, its domain or one above.
  ...["mail.example.com", "example.com", "example.org"].map((name) =>
    byNotifier({ action: "ses:SendEmail", context: {}, ...sending, resource: arn("ses", `identity/${name}`) }, true),
  ),
  ...mail("ceo@mail.example.com", TO).map((request) => byNotifier(request, false)),
  ...mail(FROM, "someone@example.net")
    .slice(1)
    .map((request) => byNotifier(request, false)),
  byNotifier({ context: {}, ...sending, action: "ses:SendRawEmail", resource: arn("ses", `identity/${TO}`) }, false),
  byNotifier({ action: "sqs:ReceiveMessage", resource: arn("sqs", "failure-mail"), context: SECURE }, true),
  byNotifier({ action: "sqs:SendMessage", resource: arn("sqs", "failure-mail"), context: SECURE }, false),
  byNotifier({ action: "sqs:SendMessage", resource: arn("sqs", "failure-mail-dead-letters"), context: SECURE }, true),
  byAlarm(arn("cloudwatch", "alarm:image-machine-dev-thumbnail-age"), true),
  byAlarm(arn("cloudwatch", "alarm:a:b"), true),
  byAlarm(arn("cloudwatch", "alarm:a", OTHER_ACCOUNT), false),
  byAlarm(`arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:a`, false),
  byAlarm(arn("cloudwatch", "dashboard:a"), false),
  byAlarm(arn("cloudwatch", "alarm:a"), false, { "aws:SecureTransport": "false" }),
];
