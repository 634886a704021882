import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bucketEncryption, type EncryptionSettings } from "./encryption.ts";
import { bucketPolicy } from "./policies.ts";

export interface BucketArgs {
  /** Whether the bucket is protected from deletion; if not, it is deleted with all that is in it. */
  readonly protect: boolean;
  /** Default: as AWS encrypts without a key of the stack. */
  readonly encryption?: EncryptionSettings;
}

/** Parts of uploads that never ended cost money and can't be seen. */
const ABORT_UPLOADS_AFTER_DAYS = 7;

/** A private, encrypted bucket that speaks TLS only. */
export class Bucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { protect, encryption = {} }: BucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Bucket", name, {}, options);
    const child = { parent: this };

    const bucket = new aws.s3.Bucket(name, { forceDestroy: !protect }, { ...child, protect });
    new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { bucket: bucket.bucket, rules: [bucketEncryption(encryption)] },
      child,
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket: bucket.bucket,
        rules: [
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: {},
            abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_UPLOADS_AFTER_DAYS },
          },
        ],
      },
      child,
    );
    new aws.s3.BucketPolicy(name, { bucket: bucket.bucket, policy: bucket.arn.apply(bucketPolicy) }, child);

    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}
