import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { queueName } from "../queue-name.ts";
import { type Deployed, find, firstProblem, outside, type ResourceType, resourceType } from "../resource-type.ts";
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
} as const;

export const SQS_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:sqs/queue:Queue": resourceType<Unwrap<aws.sqs.QueueArgs>>({
    name: { input: "name", maxLength: 80 },
    outputs: (_, { region, accountId, queueEndpoint }, name) => {
      const url = `${queueEndpoint}/${accountId}/${name}`;
      return { id: url, url, arn: `arn:aws:sqs:${region}:${accountId}:${name}` };
    },
    refuse: (
      { name = "", visibilityTimeoutSeconds, messageRetentionSeconds, maxMessageSize, redrivePolicy },
      deployed,
      { region, accountId },
    ) =>
      firstProblem(
        outside("visibilityTimeoutSeconds", visibilityTimeoutSeconds, 0, 43_200),
        outside("messageRetentionSeconds", messageRetentionSeconds, 60, 1_209_600),
        outside("maxMessageSize", maxMessageSize, 1_024, 1_048_576),
        redrivePolicy !== undefined &&
          redriveProblem(redrivePolicy, `arn:aws:sqs:${region}:${accountId}:${name}`, deployed),
      ),
    make: async (inputs, { emulator }, { name }) => {
      const attributes = Object.entries(ATTRIBUTES)
        .map(([input, attribute]) => [attribute, inputs[input as keyof typeof ATTRIBUTES]] as const)
        .filter(([, value]) => value !== undefined);
      await emulator.createQueue(
        String(name),
        Object.fromEntries(attributes.map(([attribute, value]) => [attribute, String(value)])),
      );
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

function redriveProblem(redrivePolicy: string, arn: string, deployed: readonly Deployed[]): string | undefined {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(redrivePolicy);
  if (!find(deployed, "aws:sqs/queue:Queue").some(({ outputs }) => outputs.arn === deadLetterTargetArn))
    return `Expected a dead-letter queue that exists, received ${deadLetterTargetArn}.`;
  if (!admitsDeadLetters(deadLetterTargetArn, arn, deployed))
    return `Expected a dead-letter queue whose redrive allow policy allows ${arn}, received ${deadLetterTargetArn}.`;
  return outside("maxReceiveCount", Number(maxReceiveCount), 1, 1_000);
}
