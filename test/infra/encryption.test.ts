import { describe, expect, it } from "vitest";
import { Bucket } from "../../infra/bucket.ts";
import { bucketEncryption, Encryption, queueEncryption, topicEncryption } from "../../infra/encryption.ts";
import { keyPolicy } from "../../infra/policies.ts";
import { find, labels, register } from "../support/pulumi-mocks.ts";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/images";

/** A stack's own key, and a bucket that is encrypted with it. */
function deploy({ protect = true } = {}) {
  return register(() => {
    const encryption = new Encryption("images", { uses: ["notifications", "deliveries"], protect });
    return new Bucket("uploads", { protect, encryption });
  });
}

describe("encryption with a key of the stack", () => {
  it("makes a key that changes every year, with a name and a policy", async () => {
    const resources = await deploy();

    expect(labels(resources).filter((label) => label.startsWith("aws:kms"))).toEqual([
      "aws:kms/alias:Alias images",
      "aws:kms/key:Key images",
      "aws:kms/keyPolicy:KeyPolicy images",
    ]);
    expect(find(resources, "aws:kms/key:Key", "images").inputs).toEqual({
      description: "Buckets, queues and topics of image-machine, stack test.",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    expect(find(resources, "aws:kms/alias:Alias", "images").inputs).toEqual({
      name: "alias/image-machine-test",
      targetKeyId: "images",
    });
    expect(find(resources, "aws:kms/keyPolicy:KeyPolicy", "images").inputs).toEqual({
      keyId: "images",
      policy: keyPolicy(KEY, ["notifications", "deliveries"]),
    });
  });

  it.each([true, false])("protects the key from deletion if buckets are: %s", async (protect) => {
    const resources = await deploy({ protect });

    expect(find(resources, "aws:kms/key:Key", "images").protect).toBe(protect);
  });

  it("encrypts only once services may use the key", async () => {
    const resources = await deploy();

    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const { inputs, dependsOn } = find(resources, type, "uploads");
    expect(inputs.rules).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY }, bucketKeyEnabled: true },
    ]);
    expect(dependsOn).toContain("aws:kms/keyPolicy:KeyPolicy images");
  });
});

describe("encryption with an existing key", () => {
  it("makes nothing, and asks KMS for the key", async () => {
    const asked: unknown[] = [];
    let keyArn: string | undefined;

    const resources = await register(
      () => {
        const encryption = new Encryption("images", { keyArn: KEY, uses: [], protect: true });
        encryption.keyArn.apply((arn) => {
          keyArn = arn;
        });
      },
      ({ token, inputs }) => {
        asked.push([token, inputs]);
        return { arn: KEY };
      },
    );

    expect(labels(resources)).toEqual(["image-machine:infra:Encryption images"]);
    expect(asked).toEqual([["aws:kms/getKey:getKey", { keyId: KEY }]]);
    expect(keyArn).toBe(KEY);
  });
});

describe("what encrypts", () => {
  it("is AWS's own keys by default, which are free and let services in", () => {
    expect([bucketEncryption({}), queueEncryption({}), topicEncryption({})]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      { sqsManagedSseEnabled: true },
      {},
    ]);
  });

  it("is the key if there is one", () => {
    const settings = { keyArn: KEY };

    expect([bucketEncryption(settings), queueEncryption(settings), topicEncryption(settings)]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY }, bucketKeyEnabled: true },
      { kmsMasterKeyId: KEY, kmsDataKeyReusePeriodSeconds: 300 },
      { kmsMasterKeyId: KEY },
    ]);
  });
});
