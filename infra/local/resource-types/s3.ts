import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { bucketNameProblem } from "../../bucket-name.ts";
import { publishFromBucket } from "../iam/service-request.ts";
import type { Machine } from "../machine.ts";
import { type Deployed, find, firstProblem, type ResourceType, resourceType } from "../resource-type.ts";
import { keyProblem, topicKeyRefusal } from "./deployed-keys.ts";
import { topicAdmits } from "./deployed-policies.ts";
import { policyResource } from "./policy-resource.ts";

/** Settings of a bucket, each its own resource, that change nothing on this machine. */
const setting = resourceType<{ bucket: string }>({ outputs: ({ bucket }) => ({ id: bucket }) });

type EncryptionInputs = Unwrap<aws.s3.BucketServerSideEncryptionConfigurationArgs>;

export const S3_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:s3/bucket:Bucket": resourceType<Unwrap<aws.s3.BucketArgs>>({
    name: { input: "bucket", maxLength: 63 },
    outputs: (_, { region }, name) => ({
      id: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      region,
    }),
    refuse: ({ bucket = "" }) => bucketNameProblem(bucket),
    make: (_, { emulator }, { id }) => emulator.createBucket(String(id)),
  }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    resourceType<EncryptionInputs>({
      outputs: ({ bucket }) => ({ id: bucket }),
      refuse: ({ rules }, deployed) => encryptionProblem(rules, deployed),
      make: encrypt,
      update: encrypt,
    }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting,
  "aws:s3/bucketPolicy:BucketPolicy": policyResource<Unwrap<aws.s3.BucketPolicyArgs>>({
    outputs: ({ bucket }) => ({ id: bucket }),
    holder: ({ bucket }) => `arn:aws:s3:::${bucket}`,
  }),
  "aws:s3/bucketNotification:BucketNotification": resourceType<Unwrap<aws.s3.BucketNotificationArgs>>({
    outputs: ({ bucket }) => ({ id: bucket }),
    refuse: ({ bucket, topics = [], queues = [], lambdaFunctions = [] }, deployed, { accountId }) => {
      if (queues.length + lambdaFunctions.length > 0)
        return "Expected a notification of topics and EventBridge, which is all this machine has.";
      if (find(deployed, "aws:s3/bucketNotification:BucketNotification", { bucket }).length > 0) {
        return `Expected one notification for bucket ${bucket}: a second one overwrites the first.`;
      }
      const shut = topics.find(
        ({ topicArn }) => !topicAdmits(deployed, publishFromBucket(bucket, topicArn, accountId)),
      );
      const keyRefusal = firstProblem(
        ...topics.map(({ topicArn }) => topicKeyRefusal(deployed, publishFromBucket(bucket, topicArn, accountId))),
      );
      return firstProblem(
        shut &&
          `Unable to validate the following destination configurations: AccessDenied, since no policy lets S3 do sns:Publish from ${bucket} to ${shut.topicArn} yet.`,
        keyRefusal && `Unable to validate the following destination configurations: ${keyRefusal}`,
      );
    },
    make: ({ bucket, topics = [], eventbridge }, { emulator }) =>
      emulator.putBucketNotification(bucket, { topics, eventBridge: eventbridge }),
  }),
};

/** What a bucket is encrypted with, if a request does not say: of `aws:kms` without a key it is AWS's own for S3. */
function bucketKey(rules: EncryptionInputs["rules"]): string | undefined {
  const { sseAlgorithm, kmsMasterKeyId } = rules[0]?.applyServerSideEncryptionByDefault ?? {};
  return sseAlgorithm?.startsWith("aws:kms") ? (kmsMasterKeyId ?? "alias/aws/s3") : undefined;
}

function encryptionProblem(rules: EncryptionInputs["rules"], deployed: readonly Deployed[]): string | undefined {
  const { sseAlgorithm, kmsMasterKeyId } = rules[0]?.applyServerSideEncryptionByDefault ?? {};
  return firstProblem(
    rules.length !== 1 && `Expected one rule for a bucket's encryption, received ${rules.length}.`,
    kmsMasterKeyId !== undefined &&
      sseAlgorithm === "AES256" &&
      `Expected no kmsMasterKeyId for the algorithm AES256, received ${kmsMasterKeyId}.`,
    keyProblem(deployed, "kmsMasterKeyId", bucketKey(rules)),
  );
}

async function encrypt({ bucket, rules }: EncryptionInputs, { access }: Machine): Promise<void> {
  access.keys.encrypt(`arn:aws:s3:::${bucket}`, bucketKey(rules));
}
