import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Bucket, type BucketArgs } from "./bucket.ts";
import { uploadsTopicPolicy } from "./policies.ts";

/** The bucket in which images are dropped, and the topic that tells what happens there. */
export class Uploads extends pulumi.ComponentResource {
  readonly bucket: Bucket;
  readonly topicArn: pulumi.Output<string>;
  /** As metrics name the topic. */
  readonly topicName: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Uploads", name, {}, options);
    const child = { parent: this };

    this.bucket = new Bucket(name, args, child);
    const topic = new aws.sns.Topic(name, {}, child);
    const topicPolicy = new aws.sns.TopicPolicy(
      name,
      {
        arn: topic.arn,
        policy: pulumi.output({ topicArn: topic.arn, bucketArn: this.bucket.arn }).apply(uploadsTopicPolicy),
      },
      child,
    );
    new aws.s3.BucketNotification(
      name,
      {
        bucket: this.bucket.name,
        topics: [{ topicArn: topic.arn, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
      },
      // S3 tries the topic when it is told of it; the reference to the topic alone does not wait for the policy.
      { ...child, dependsOn: [topicPolicy] },
    );

    this.topicArn = topic.arn;
    this.topicName = topic.name;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
