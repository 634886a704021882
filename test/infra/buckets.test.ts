import { describe, expect, it } from "vitest";
import { Bucket } from "../../infra/bucket.ts";
import { placeBuckets } from "../../infra/buckets.ts";
import { bucketPolicy, resultsTopicPolicy, uploadsTopicPolicy } from "../../infra/policies.ts";
import { Results } from "../../infra/results.ts";
import { Uploads, type UploadsArgs } from "../../infra/uploads.ts";
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

describe("buckets", () => {
  const places = { uploads: { bucket: undefined, prefix: "" }, outputs: { bucket: undefined, prefix: "" } };

  it("are two, or one with a prefix for each kind", async () => {
    const two = await register(() => placeBuckets({ layout: "two", ...places }, { protect: true }));
    const one = await register(() => placeBuckets({ layout: "one", ...places }, { protect: true }));

    const bucketsOf = (resources: typeof two) =>
      labels(resources.filter(({ type }) => type === "aws:s3/bucket:Bucket"));
    expect([two, one].map(bucketsOf)).toEqual([
      ["aws:s3/bucket:Bucket outputs", "aws:s3/bucket:Bucket uploads"],
      ["aws:s3/bucket:Bucket images"],
    ]);
  });

  it("that exist are only named: nothing of theirs is registered", async () => {
    let buckets: unknown;
    const existing = {
      layout: "existing",
      uploads: { bucket: "photos", prefix: "in/" },
      outputs: { bucket: "photos", prefix: "out/" },
    } as const;
    const resources = await register(() => {
      buckets = placeBuckets(existing, { protect: true });
    });

    expect(resources).toEqual([]);
    expect(buckets).toEqual({
      uploads: { name: "photos", arn: "arn:aws:s3:::photos", prefix: "in/" },
      outputs: { name: "photos", arn: "arn:aws:s3:::photos", prefix: "out/" },
    });
  });
});

describe("uploads", () => {
  const bucket = { name: "photos", arn: "arn:aws:s3:::photos", prefix: "" };
  const announce = (args: Partial<UploadsArgs> = {}) =>
    register(() => new Uploads("uploads", { bucket, ingest: "sns", onExpire: "keep", layout: "two", ...args }));

  it("have a topic to which S3 tells what is created and removed", async () => {
    const resources = await announce();

    expect(labels(resources)).toEqual([
      "aws:s3/bucketNotification:BucketNotification uploads",
      "aws:sns/topic:Topic uploads",
      "aws:sns/topicPolicy:TopicPolicy uploads",
      "image-machine:infra:Uploads uploads",
    ]);
    expect(find(resources, "aws:sns/topic:Topic", "uploads").inputs).toEqual({});
    expect(find(resources, "aws:sns/topicPolicy:TopicPolicy", "uploads").inputs).toEqual({
      arn: TOPIC,
      policy: uploadsTopicPolicy({ topicArn: TOPIC, bucketArn: "arn:aws:s3:::photos" }),
    });
    expect(find(resources, "aws:s3/bucketNotification:BucketNotification", "uploads").inputs).toEqual({
      bucket: "photos",
      topics: [{ topicArn: TOPIC, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
    });
  });

  it("are announced only after the topic lets S3 publish", async () => {
    const resources = await announce();

    expect(find(resources, "aws:s3/bucketNotification:BucketNotification", "uploads").dependsOn).toEqual([
      "aws:sns/topic:Topic uploads",
      "aws:sns/topicPolicy:TopicPolicy uploads",
    ]);
  });

  it("are announced only below their prefix", async () => {
    const resources = await announce({ bucket: { ...bucket, prefix: "in/" } });

    expect(find(resources, "aws:s3/bucketNotification:BucketNotification", "uploads").inputs.topics).toEqual([
      { topicArn: TOPIC, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], filterPrefix: "in/" },
    ]);
  });

  it("are announced when they expire too, if that removes their outputs", async () => {
    const resources = await announce({ onExpire: "remove" });

    expect(find(resources, "aws:s3/bucketNotification:BucketNotification", "uploads").inputs.topics).toEqual([
      { topicArn: TOPIC, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"] },
    ]);
  });

  it("are told to EventBridge instead, without a topic", async () => {
    const resources = await announce({ ingest: "eventbridge" });

    expect(labels(resources)).toEqual([
      "aws:s3/bucketNotification:BucketNotification uploads",
      "image-machine:infra:Uploads uploads",
    ]);
    expect(find(resources, "aws:s3/bucketNotification:BucketNotification", "uploads").inputs).toEqual({
      bucket: "photos",
      eventbridge: true,
    });
  });

  it("leave an existing bucket's notifications to its owner", async () => {
    const resources = await announce({ ingest: "eventbridge", layout: "existing" });

    expect(labels(resources)).toEqual(["image-machine:infra:Uploads uploads"]);
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
