import { describe, expect, it } from "vitest";
import { Bucket } from "../../infra/bucket.ts";
import { bucketPolicy, resultsTopicPolicy, uploadsTopicPolicy } from "../../infra/policies.ts";
import { Results } from "../../infra/results.ts";
import { Uploads } from "../../infra/uploads.ts";
import { find, labels, register } from "../support/pulumi-mocks.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:uploads";

describe("a bucket", () => {
  it("is private, encrypted, without access lists, TLS only, and drops parts of broken uploads", async () => {
    const resources = await register(() => new Bucket("outputs", { protect: true }));

    const inputs = Object.fromEntries(
      resources.map(({ type, name, parent, inputs }) => {
        expect({ name, parent }).toEqual({
          name: "outputs",
          parent: type === "image-machine:infra:Bucket" ? undefined : "image-machine:infra:Bucket outputs",
        });
        return [type, inputs];
      }),
    );
    expect(inputs).toEqual({
      "image-machine:infra:Bucket": {},
      "aws:s3/bucket:Bucket": { forceDestroy: false },
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        bucket: "outputs",
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        bucket: "outputs",
        rule: { objectOwnership: "BucketOwnerEnforced" },
      },
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        bucket: "outputs",
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        bucket: "outputs",
        rules: [
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: {},
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      "aws:s3/bucketPolicy:BucketPolicy": { bucket: "outputs", policy: bucketPolicy("arn:aws:s3:::outputs") },
    });
  });

  it.each([
    { protect: true, forceDestroy: false },
    { protect: false, forceDestroy: true },
  ])("is deleted with all that is in it only if it is not protected: $protect", async ({ protect, forceDestroy }) => {
    const resources = await register(() => new Bucket("outputs", { protect }));

    const bucket = find(resources, "aws:s3/bucket:Bucket", "outputs");

    expect({ protect: bucket.protect, inputs: bucket.inputs }).toEqual({ protect, inputs: { forceDestroy } });
  });
});

describe("uploads", () => {
  it("have a bucket, and a topic to which S3 tells what is created and removed there", async () => {
    const resources = await register(() => new Uploads("uploads", { protect: false }));

    expect(labels(resources.filter(({ parent }) => parent === "image-machine:infra:Uploads uploads"))).toEqual([
      "aws:s3/bucketNotification:BucketNotification uploads",
      "aws:sns/topic:Topic uploads",
      "aws:sns/topicPolicy:TopicPolicy uploads",
      "image-machine:infra:Bucket uploads",
    ]);
    expect(find(resources, "aws:sns/topic:Topic", "uploads").inputs).toEqual({});
    expect(find(resources, "aws:sns/topicPolicy:TopicPolicy", "uploads").inputs).toEqual({
      arn: TOPIC,
      policy: uploadsTopicPolicy({ topicArn: TOPIC, bucketArn: "arn:aws:s3:::uploads" }),
    });
    expect(find(resources, "aws:s3/bucketNotification:BucketNotification", "uploads").inputs).toEqual({
      bucket: "uploads",
      topics: [{ topicArn: TOPIC, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
    });
  });

  it("are announced only after the topic lets S3 publish", async () => {
    const resources = await register(() => new Uploads("uploads", { protect: false }));

    expect(find(resources, "aws:s3/bucketNotification:BucketNotification", "uploads").dependsOn).toEqual([
      "aws:s3/bucket:Bucket uploads",
      "aws:sns/topic:Topic uploads",
      "aws:sns/topicPolicy:TopicPolicy uploads",
    ]);
  });
});

describe("results", () => {
  it("have a topic that no other account reaches", async () => {
    const resources = await register(() => new Results("results"));

    expect(labels(resources)).toEqual([
      "aws:sns/topic:Topic results",
      "aws:sns/topicPolicy:TopicPolicy results",
      "image-machine:infra:Results results",
    ]);
    expect(find(resources, "aws:sns/topicPolicy:TopicPolicy", "results").inputs).toEqual({
      arn: "arn:aws:sns:eu-central-1:123456789012:results",
      policy: resultsTopicPolicy("arn:aws:sns:eu-central-1:123456789012:results"),
    });
  });
});
