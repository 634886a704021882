import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PlacedBucket } from "./buckets.ts";
import type { Layout } from "./config/bucket-places.ts";
import type { Ingest, OnExpire } from "./config/stack-schema.ts";
import { type EncryptionSettings, topicEncryption } from "./encryption.ts";
import { uploadsTopicPolicy } from "./policies.ts";

export interface UploadsArgs {
  readonly bucket: PlacedBucket;
  readonly ingest: Ingest;
  readonly onExpire: OnExpire;
  /** An existing bucket sends events to EventBridge once its owner has switched that on. */
  readonly layout: Layout;
  /** Default: none, which is all that AWS has for topics without a key. */
  readonly encryption?: EncryptionSettings;
}

/** Without what the bucket's lifecycle removes, which has types of its own (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html). */
const EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];

/** How what happens to uploads is told: by a topic, or by the account's event bus. */
export class Uploads extends pulumi.ComponentResource {
  readonly bucket: PlacedBucket;
  /** `undefined` where EventBridge tells. */
  readonly topicArn: pulumi.Output<string> | undefined;
  /** As metrics name the topic. */
  readonly topicName: pulumi.Output<string> | undefined;

  constructor(name: string, args: UploadsArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Uploads", name, {}, options);
    const child = { parent: this };
    const { bucket, ingest, layout } = args;

    this.bucket = bucket;
    const topic = ingest === "sns" ? publishToTopic(name, args, child) : undefined;
    if (ingest === "eventbridge" && layout !== "existing") {
      new aws.s3.BucketNotification(name, { bucket: bucket.name, eventbridge: true }, child);
    }
    this.topicArn = topic?.arn;
    this.topicName = topic?.name;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

function publishToTopic(
  name: string,
  { bucket, onExpire, encryption = {} }: UploadsArgs,
  child: pulumi.ResourceOptions,
): aws.sns.Topic {
  const topic = new aws.sns.Topic(name, topicEncryption(encryption), child);
  const topicPolicy = new aws.sns.TopicPolicy(
    name,
    {
      arn: topic.arn,
      policy: pulumi.output({ topicArn: topic.arn, bucketArn: bucket.arn }).apply(uploadsTopicPolicy),
    },
    child,
  );
  new aws.s3.BucketNotification(
    name,
    {
      bucket: bucket.name,
      topics: [
        {
          topicArn: topic.arn,
          events: [...EVENTS, ...(onExpire === "remove" ? ["s3:LifecycleExpiration:*"] : [])],
          ...(bucket.prefix !== "" && { filterPrefix: bucket.prefix }),
        },
      ],
    },
    // S3 tries the topic when it is told of it; the reference to the topic alone does not wait for the policy.
    { ...child, dependsOn: [topicPolicy] },
  );
  return topic;
}
