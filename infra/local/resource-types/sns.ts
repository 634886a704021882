import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { sendFromTopic } from "../iam/service-request.ts";
import { type Deployed, firstProblem, type ResourceType, resourceType } from "../resource-type.ts";
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
    refuse: (inputs, deployed) => SUBSCRIPTIONS[inputs.protocol]?.refuse(inputs, deployed) ?? protocolProblem(inputs),
    make: async (inputs, { emulator }) => {
      const { topic, filterPolicy, filterPolicyScope } = inputs;
      await emulator.subscribe({
        topicArn: topic,
        ...(filterPolicy !== undefined && { filterPolicy }),
        ...(filterPolicyScope !== undefined && {
          filterPolicyScope: filterPolicyScope as "MessageBody" | "MessageAttributes",
        }),
        ...endpointOf(inputs),
      });
    },
  }),
};

/** What each protocol asks for. */
const SUBSCRIPTIONS: Readonly<
  Record<string, { refuse(inputs: SubscriptionInputs, deployed: readonly Deployed[]): string | undefined }>
> = {
  sqs: {
    refuse: ({ topic, endpoint, redrivePolicy }, deployed) => {
      const deadLetters = redrivePolicy ? [JSON.parse(redrivePolicy).deadLetterTargetArn] : [];
      const queueArns = [endpoint, ...deadLetters];
      const shut = queueArns.find((queueArn) => !queueAdmits(deployed, sendFromTopic(topic, queueArn)));
      return firstProblem(
        shut &&
          `Deliveries would be lost: AccessDenied, since no policy lets SNS do sqs:SendMessage from ${topic} to ${shut} yet.`,
        ...queueArns.map((queueArn) => queueKeyRefusal(deployed, sendFromTopic(topic, queueArn))),
      );
    },
  },
  // On AWS someone has to follow a link before the first mail; here it is as if they had.
  email: {
    refuse: ({ endpoint, rawMessageDelivery, redrivePolicy }) =>
      firstProblem(
        !/^[^\s@]+@[^\s@]+$/.test(endpoint) && `Expected an e-mail address, received ${endpoint}.`,
        rawMessageDelivery && "Expected no raw message delivery for the protocol email.",
        redrivePolicy !== undefined && "Expected no dead-letter queue for the protocol email, which is not known here.",
      ),
  },
};

function protocolProblem({ protocol }: SubscriptionInputs): string | undefined {
  const protocols = Object.keys(SUBSCRIPTIONS);
  if (protocols.includes(protocol)) return undefined;
  return `Expected a subscription of protocol ${protocols.join(" or ")}, received ${protocol}.`;
}

function endpointOf({ protocol, endpoint, rawMessageDelivery, redrivePolicy }: SubscriptionInputs) {
  if (protocol === "email") return { address: endpoint };
  return {
    queueArn: endpoint,
    ...(rawMessageDelivery !== undefined && { rawMessageDelivery }),
    ...(redrivePolicy !== undefined && { redrivePolicy }),
  };
}
