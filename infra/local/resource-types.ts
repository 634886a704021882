import type { ResourceType } from "./resource-type.ts";
import { CLOUDWATCH_TYPES } from "./resource-types/cloudwatch.ts";
import { EVENTBRIDGE_TYPES } from "./resource-types/eventbridge.ts";
import { IAM_TYPES } from "./resource-types/iam.ts";
import { KMS_TYPES } from "./resource-types/kms.ts";
import { LAMBDA_TYPES } from "./resource-types/lambda.ts";
import { S3_TYPES } from "./resource-types/s3.ts";
import { SNS_TYPES } from "./resource-types/sns.ts";
import { SQS_TYPES } from "./resource-types/sqs.ts";

/** Every type of resource that exists on this machine, keyed by Pulumi's type token. Another one is an error. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  ...S3_TYPES,
  ...SNS_TYPES,
  ...SQS_TYPES,
  ...IAM_TYPES,
  ...KMS_TYPES,
  ...LAMBDA_TYPES,
  ...CLOUDWATCH_TYPES,
  ...EVENTBRIDGE_TYPES,
};
