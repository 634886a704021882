import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { sendFromTopic } from "../iam/service-request.ts";
import { firstProblem, type ResourceType, resourceType } from "../resource-type.ts";
import { keyProblem, queueKeyRefusal } from "./deployed-keys.ts";
import { queueAdmits } from "./deployed-policies.ts";
import { policyResource } from "./policy-resource.ts";

/** A program may give a topic itself; what arrives is always its ARN. */
type SubscriptionInputs = Omit<Unwrap<aws.sns.TopicSubscriptionArgs>, "topic"> & { readonly topic: string };

export const SNS_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:sns/topic:Topic": resourceType<Unwrap<aws.sns.TopicArgs>>({
    name: { input: "name", maxLength: 256 },
    outputs: (_, { region, accountId }, name) => {
      const arn = `arn:aws:sns:${region}:${accountId}:${name}`;
      return { id: arn, arn, owner: accountId };
    },
    refuse: ({ kmsMasterKeyId }, deployed) => keyProblem(deployed, "kmsMasterKeyId", kmsMasterKeyId),
    make: async ({ kmsMasterKeyId }, { access, emulator }, { name }) =>
      access.keys.encrypt(await emulator.createTopic(String(name)), kmsMasterKeyId),
  }),
  "aws:sns/topicPolicy:TopicPolicy": policyResource<Unwrap<aws.sns.TopicPolicyArgs>>({
    outputs: ({ arn }, { accountId }) => ({ id: arn, owner: accountId }),
    holder: ({ arn }) => arn,
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
      const queueArns = [endpoint, ...deadLetters];
      const shut = queueArns.find((queueArn) => !queueAdmits(deployed, sendFromTopic(topic, queueArn)));
      return firstProblem(
        shut &&
          `Deliveries would be lost: AccessDenied, since no policy lets SNS do sqs:SendMessage from ${topic} to ${shut} yet.`,
        ...queueArns.map((queueArn) => queueKeyRefusal(deployed, sendFromTopic(topic, queueArn))),
      );
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
