import type * as pulumi from "@pulumi/pulumi";
import { Bucket, type BucketArgs } from "./bucket.ts";
import type { BucketPlaces } from "./config/bucket-places.ts";

/** Where objects of one kind are. */
export interface PlacedBucket {
  readonly name: pulumi.Input<string>;
  readonly arn: pulumi.Input<string>;
  /** What all their keys start with: empty, or ends in a slash. */
  readonly prefix: string;
}

export interface Buckets {
  readonly uploads: PlacedBucket;
  readonly outputs: PlacedBucket;
}

/**
 * The buckets of a stack. Of existing ones no resource is registered, of whatever kind: a bucket has one notification
 * configuration and one policy, and another one would take the place of its owner's.
 */
export function placeBuckets({ layout, uploads, outputs }: BucketPlaces, args: BucketArgs): Buckets {
  const made = {
    two: () => [new Bucket("uploads", args), new Bucket("outputs", args)] as const,
    one: () => {
      const bucket = new Bucket("images", args);
      return [bucket, bucket] as const;
    },
    existing: () => [existing(uploads.bucket ?? ""), existing(outputs.bucket ?? "")] as const,
  };
  const [uploadsBucket, outputsBucket] = made[layout]();
  return {
    uploads: { name: uploadsBucket.name, arn: uploadsBucket.arn, prefix: uploads.prefix },
    outputs: { name: outputsBucket.name, arn: outputsBucket.arn, prefix: outputs.prefix },
  };
}

function existing(name: string) {
  return { name, arn: `arn:aws:s3:::${name}` };
}
