import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { allowsService } from "../policy-document.ts";
import { type Deployed, find, type ResourceType, resourceType } from "../resource-type.ts";

/** A program may give a topic itself; what arrives is always its ARN. */
type SubscriptionInputs = Omit<Unwrap<aws.sns.TopicSubscriptionArgs>, "topic"> & { readonly topic: string };

export const SNS_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:sns/topic:Topic": resourceType<Unwrap<aws.sns.TopicArgs>>({
    name: { input: "name", maxLength: 256 },
    outputs: (_, { region, accountId }, name) => {
      const arn = `arn:aws:sns:${region}:${accountId}:${name}`;
      return { id: arn, arn, owner: accountId };
    },
    make: async (_, { emulator }, { name }) => void (await emulator.createTopic(String(name))),
  }),
  "aws:sns/topicPolicy:TopicPolicy": resourceType<Unwrap<aws.sns.TopicPolicyArgs>>({
    outputs: ({ arn }, { accountId }) => ({ id: arn, owner: accountId }),
  }),
  "aws:sns/topicSubscription:TopicSubscription": resourceType<SubscriptionInputs>({
    // The name stands in for the random part of a subscription's ARN.
    outputs: ({ topic }, { accountId }, name) => ({
      id: `${topic}:${name}`,
      arn: `${topic}:${name}`,
      ownerId: accountId,
    }),
    refuse: ({ topic, protocol, endpoint, redrivePolicy }, deployed) => {
      if (protocol !== "sqs") return `Expected a subscription of protocol sqs, received ${protocol}.`;
      const deadLetters = redrivePolicy ? [JSON.parse(redrivePolicy).deadLetterTargetArn] : [];
      const shut = [endpoint, ...deadLetters].find((queueArn) => !queueAdmits(deployed, queueArn, topic));
      return shut && `Deliveries would be lost: no policy lets SNS send from ${topic} to ${shut} yet.`;
    },
    make: async (
      { topic, endpoint, filterPolicy, filterPolicyScope, rawMessageDelivery, redrivePolicy },
      { emulator },
    ) => {
      await emulator.subscribe({
        topicArn: topic,
        queueArn: endpoint,
        ...(filterPolicy !== undefined && { filterPolicy }),
        ...(filterPolicyScope !== undefined && {
          filterPolicyScope: filterPolicyScope as "MessageBody" | "MessageAttributes",
        }),
        ...(rawMessageDelivery !== undefined && { rawMessageDelivery }),
        ...(redrivePolicy !== undefined && { redrivePolicy }),
      });
    },
  }),
};

function queueAdmits(deployed: readonly Deployed[], queueArn: string, topicArn: string): boolean {
  const policies = find(deployed, "aws:sqs/queuePolicy:QueuePolicy");
  return policies.some(({ registration }) =>
    allowsService(String(registration.inputs.policy), {
      service: "sns.amazonaws.com",
      action: "sqs:SendMessage",
      resource: queueArn,
      sourceArn: topicArn,
    }),
  );
}
