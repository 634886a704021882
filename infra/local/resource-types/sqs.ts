import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { queueName } from "../queue-name.ts";
import { type Deployed, find, firstProblem, outside, type ResourceType, resourceType } from "../resource-type.ts";
import { keyProblem } from "./deployed-keys.ts";
import { policyResource } from "./policy-resource.ts";
import { admitsDeadLetters, redriveAllowProblem } from "./redrive-allow-policy.ts";

/** Pulumi's names of queue attributes, and SQS's. */
const ATTRIBUTES = {
  visibilityTimeoutSeconds: "VisibilityTimeout",
  messageRetentionSeconds: "MessageRetentionPeriod",
  maxMessageSize: "MaximumMessageSize",
  delaySeconds: "DelaySeconds",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  kmsMasterKeyId: "KmsMasterKeyId",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
} as const;

export const SQS_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:sqs/queue:Queue": resourceType<Unwrap<aws.sqs.QueueArgs>>({
    name: { input: "name", maxLength: 80 },
    outputs: (_, { region, accountId, queueEndpoint }, name) => {
      const url = `${queueEndpoint}/${accountId}/${name}`;
      return { id: url, url, arn: `arn:aws:sqs:${region}:${accountId}:${name}` };
    },
    refuse: (inputs, deployed, { region, accountId }) => {
      const { name = "", visibilityTimeoutSeconds, messageRetentionSeconds, maxMessageSize, redrivePolicy } = inputs;
      return firstProblem(
        encryptionProblem(inputs),
        keyProblem(deployed, "kmsMasterKeyId", inputs.kmsMasterKeyId),
        outside("visibilityTimeoutSeconds", visibilityTimeoutSeconds, 0, 43_200),
        outside("messageRetentionSeconds", messageRetentionSeconds, 60, 1_209_600),
        outside("maxMessageSize", maxMessageSize, 1_024, 1_048_576),
        redrivePolicy !== undefined &&
          redriveProblem(redrivePolicy, `arn:aws:sqs:${region}:${accountId}:${name}`, deployed),
      );
    },
    make: async (inputs, { access, emulator }, { name, arn }) => {
      const attributes = Object.entries(ATTRIBUTES)
        .map(([input, attribute]) => [attribute, inputs[input as keyof typeof ATTRIBUTES]] as const)
        .filter(([, value]) => value !== undefined);
      await emulator.createQueue(
        String(name),
        Object.fromEntries(attributes.map(([attribute, value]) => [attribute, String(value)])),
      );
      access.keys.encrypt(String(arn), inputs.kmsMasterKeyId);
    },
  }),
  "aws:sqs/queuePolicy:QueuePolicy": policyResource<Unwrap<aws.sqs.QueuePolicyArgs>>({
    outputs: ({ queueUrl }) => ({ id: queueUrl }),
    holder: ({ queueUrl }, { region, accountId }) => `arn:aws:sqs:${region}:${accountId}:${queueName(queueUrl)}`,
  }),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": resourceType<Unwrap<aws.sqs.RedriveAllowPolicyArgs>>({
    outputs: ({ queueUrl }) => ({ id: queueUrl }),
    refuse: redriveAllowProblem,
  }),
};

function encryptionProblem({
  kmsMasterKeyId,
  sqsManagedSseEnabled,
  kmsDataKeyReusePeriodSeconds,
}: Unwrap<aws.sqs.QueueArgs>): string | undefined {
  return firstProblem(
    kmsMasterKeyId !== undefined &&
      sqsManagedSseEnabled === true &&
      `Expected either sqsManagedSseEnabled or kmsMasterKeyId, received both, ${kmsMasterKeyId} among them.`,
    outside("kmsDataKeyReusePeriodSeconds", kmsDataKeyReusePeriodSeconds, 60, 86_400),
  );
}

function redriveProblem(redrivePolicy: string, arn: string, deployed: readonly Deployed[]): string | undefined {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(redrivePolicy);
  if (!find(deployed, "aws:sqs/queue:Queue").some(({ outputs }) => outputs.arn === deadLetterTargetArn))
    return `Expected a dead-letter queue that exists, received ${deadLetterTargetArn}.`;
  if (!admitsDeadLetters(deadLetterTargetArn, arn, deployed))
    return `Expected a dead-letter queue whose redrive allow policy allows ${arn}, received ${deadLetterTargetArn}.`;
  return outside("maxReceiveCount", Number(maxReceiveCount), 1, 1_000);
}
