import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface MailSubscriptionsArgs {
  readonly topicArn: pulumi.Input<string>;
  readonly addresses: readonly string[];
  /** On message attributes; without it every message is mailed. */
  readonly filterPolicy?: object;
}

/**
 * Mails what is published to a topic. Each address gets a mail with a link first, and nothing else until someone follows it
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html).
 */
export function subscribeAddresses(
  name: string,
  { topicArn, addresses, filterPolicy }: MailSubscriptionsArgs,
  options: pulumi.CustomResourceOptions,
): void {
  for (const address of addresses) {
    new aws.sns.TopicSubscription(
      `${name}-${address}`,
      {
        topic: topicArn,
        protocol: "email",
        endpoint: address,
        ...(filterPolicy && { filterPolicyScope: "MessageAttributes", filterPolicy: JSON.stringify(filterPolicy) }),
      },
      options,
    );
  }
}
