import type { OutgoingMail } from "./mail-box.ts";
import type { Publication, TopicMessage } from "./topic-envelope.ts";

/** What SNS mails of a message: neither sender nor words can be chosen (https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html). */
export function topicMail(
  { message, subject }: TopicMessage,
  address: string,
  { topicArn, subscriptionArn }: Pick<Publication, "topicArn" | "subscriptionArn">,
): OutgoingMail {
  const region = topicArn.split(":")[3];
  const link = `https://sns.${region}.amazonaws.com/unsubscribe.html?SubscriptionArn=${subscriptionArn}&Endpoint=${address}`;
  return {
    from: "AWS Notifications <no-reply@sns.amazonaws.com>",
    to: [address],
    subject: subject ?? "AWS Notification Message",
    text: `${message}\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n${link}\n`,
  };
}
