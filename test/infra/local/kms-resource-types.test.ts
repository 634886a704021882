import { describe, expect, it } from "vitest";
import { LocalProvider } from "../../../infra/local/local-provider.ts";
import { deliveryQueuePolicy, keyPolicy, uploadsTopicPolicy } from "../../../infra/policies.ts";

const PLACE = { region: "us-east-1", accountId: "000000000000", queueEndpoint: "https://sqs.us-east-1.amazonaws.com" };
const TOPIC = "arn:aws:sns:us-east-1:000000000000:topic";
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:work";
const BUCKET_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

type Resource = readonly [type: string, inputs: Record<string, unknown>];

/** A key is named by its resource alone, so that each of them is the same one. */
const KEY_ARN = String((await create([["aws:kms/key:Key", {}]])).outputs?.arn);
const KEY_ID = KEY_ARN.slice(KEY_ARN.indexOf("/") + 1);
const ALIAS = "alias/images";

const key = (inputs = {}): Resource => ["aws:kms/key:Key", inputs];
const policyOfKey = (policy: string, inputs = {}): Resource => [
  "aws:kms/keyPolicy:KeyPolicy",
  { keyId: KEY_ID, policy, ...inputs },
];
const alias = (inputs = {}): Resource => ["aws:kms/alias:Alias", { name: ALIAS, targetKeyId: KEY_ID, ...inputs }];
const queue = (inputs = {}): Resource => ["aws:sqs/queue:Queue", { name: "work", ...inputs }];
const topic = (inputs = {}): Resource => ["aws:sns/topic:Topic", { name: "topic", ...inputs }];
const queuePolicy: Resource = [
  "aws:sqs/queuePolicy:QueuePolicy",
  {
    queueUrl: `${PLACE.queueEndpoint}/000000000000/work`,
    policy: deliveryQueuePolicy({ queueArn: QUEUE, topicArn: TOPIC }),
  },
];
const topicPolicy: Resource = [
  "aws:sns/topicPolicy:TopicPolicy",
  { arn: TOPIC, policy: uploadsTopicPolicy({ topicArn: TOPIC, bucketArn: "arn:aws:s3:::bucket" }) },
];
const subscription: Resource = [
  "aws:sns/topicSubscription:TopicSubscription",
  { topic: TOPIC, protocol: "sqs", endpoint: QUEUE },
];
const notification: Resource = [
  "aws:s3/bucketNotification:BucketNotification",
  { bucket: "bucket", topics: [{ topicArn: TOPIC, events: ["s3:ObjectCreated:*"] }] },
];
const encryption = (rule: object): Resource => [
  BUCKET_ENCRYPTION,
  { bucket: "bucket", rules: [{ applyServerSideEncryptionByDefault: rule }] },
];

/** The outputs of the last resource, or why one of them is refused. */
async function create(resources: readonly Resource[]) {
  const provider = new LocalProvider(PLACE);
  let outputs: Record<string, unknown> = {};
  for (const [type, inputs] of resources) {
    const registration = { urn: `urn:${type}`, type, name: "images", parent: undefined, custom: true, dependsOn: [] };
    try {
      ({ outputs } = await provider.create({ ...registration, inputs, shownInputs: inputs }));
    } catch (error) {
      return { refusal: (error as Error).message };
    }
  }
  return { outputs };
}

const ROOT = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Resource: "*" };
const delivering = keyPolicy(KEY_ARN, ["deliveries"]);
const publishing = keyPolicy(KEY_ARN, ["notifications"]);

describe("a key", () => {
  it("has an ID and an ARN of KMS's shape, and AWS's default policy", async () => {
    const { outputs } = await create([key()]);

    expect(outputs).toMatchObject({ arn: `arn:aws:kms:us-east-1:000000000000:key/${outputs?.keyId}`, id: KEY_ID });
    expect(outputs?.keyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(outputs?.policy).toBe(keyPolicy(KEY_ARN, []));
  });

  it.each<[string, readonly Resource[]]>([
    ["its ARN", [key(), queue({ kmsMasterKeyId: KEY_ARN })]],
    ["its ID", [key(), queue({ kmsMasterKeyId: KEY_ID })]],
    ["an alias", [key(), alias(), queue({ kmsMasterKeyId: ALIAS })]],
    ["an alias of its ARN", [key(), alias({ targetKeyId: KEY_ARN }), topic({ kmsMasterKeyId: ALIAS })]],
    ["its ARN, for a bucket", [key(), encryption({ sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN })]],
  ])("encrypts by %s", async (_, resources) => {
    expect(await create(resources)).not.toHaveProperty("refusal");
  });

  it.each<[string, readonly Resource[]]>([
    ["a delivery", [key(), policyOfKey(delivering), queue({ kmsMasterKeyId: ALIAS }), queuePolicy, subscription]],
    ["a notification", [key(), policyOfKey(publishing), topic({ kmsMasterKeyId: KEY_ID }), topicPolicy, notification]],
    [
      "a delivery, by the policy that it was made with",
      [key({ policy: delivering }), queue({ kmsMasterKeyId: KEY_ID }), queuePolicy, subscription],
    ],
  ])("lets a service in for %s", async (_, [first = key(), ...others]) => {
    expect(await create([first, alias(), ...others])).not.toHaveProperty("refusal");
  });
});

describe("what AWS refuses of keys", () => {
  it.each<[string, readonly Resource[], RegExp]>([
    [
      "a shorter time to change one's mind",
      [key({ deletionWindowInDays: 6 })],
      /deletionWindowInDays .* 7 to 30, received 6/,
    ],
    ["a longer one", [key({ deletionWindowInDays: 31 })], /deletionWindowInDays .* 7 to 30, received 31/],
    ["too quick a rotation", [key({ rotationPeriodInDays: 89 })], /rotationPeriodInDays .* 90 to 2560, received 89/],
    ["a key that signs", [key({ keyUsage: "SIGN_VERIFY" })], /a symmetric key that encrypts, .* received SIGN_VERIFY/],
    ["a policy that is none", [key({ policy: "{}" })], /Expected a policy with statements/],
    [
      "a policy that nobody could change",
      [key({ policy: JSON.stringify({ Statement: [{ ...ROOT, Action: "kms:Decrypt" }] }) })],
      /will not allow you to update the key policy in the future/,
    ],
    [
      "such a policy of an existing key",
      [
        key(),
        policyOfKey(JSON.stringify({ Statement: [{ ...ROOT, Principal: { AWS: "111111111111" }, Action: "kms:*" }] })),
      ],
      /will not allow you to update the key policy in the future/,
    ],
    ["a policy of a key that isn't there", [policyOfKey(delivering)], /Expected a key that exists for keyId/],
    ["an alias of a key that isn't there", [alias()], /Expected a key that exists for targetKeyId/],
    ["an alias of AWS's", [key(), alias({ name: "alias/aws/mine" })], /other than those of alias\/aws\//],
    ["a name that is no alias", [key(), alias({ name: "images" })], /Expected an alias as alias\/NAME/],
    ["an alias twice", [key(), alias(), alias()], /An alias with the name alias\/images already exists/],
    [
      "a queue with a key that isn't there",
      [queue({ kmsMasterKeyId: KEY_ID })],
      /Expected a KMS key or alias that exists/,
    ],
    [
      "a topic with an alias that isn't there",
      [key(), topic({ kmsMasterKeyId: ALIAS })],
      /Expected a KMS key or alias that exists/,
    ],
    [
      "a bucket with a key that isn't there",
      [encryption({ sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN })],
      /Expected a KMS key or alias that exists for kmsMasterKeyId, received arn:aws:kms/,
    ],
    [
      "a bucket with a key for another algorithm",
      [key(), encryption({ sseAlgorithm: "AES256", kmsMasterKeyId: KEY_ARN })],
      /Expected no kmsMasterKeyId for the algorithm AES256/,
    ],
    [
      "two encryptions of a queue",
      [key(), queue({ kmsMasterKeyId: KEY_ID, sqsManagedSseEnabled: true })],
      /received both/,
    ],
    ["too long a use of data keys", [queue({ kmsDataKeyReusePeriodSeconds: 86_401 })], /60 to 86400, received 86401/],
    [
      "a subscription of a queue whose key lets no service in",
      [key(), queue({ kmsMasterKeyId: KEY_ID }), queuePolicy, subscription],
      /User: sns.amazonaws.com is not authorized to perform: kms:GenerateDataKey on resource: "arn:aws:kms/,
    ],
    [
      "a subscription of a queue whose key lets another service in",
      [key(), policyOfKey(publishing), queue({ kmsMasterKeyId: KEY_ID }), queuePolicy, subscription],
      /User: sns.amazonaws.com is not authorized to perform: kms:GenerateDataKey/,
    ],
    [
      "a subscription of a queue with AWS's own key",
      [queue({ kmsMasterKeyId: "alias/aws/sqs" }), queuePolicy, subscription],
      /Expected a customer managed key for .*:work, which sns.amazonaws.com sends to: the policy of alias\/aws\/sqs lets no service use it/,
    ],
    [
      "a notification to a topic whose key lets no service in",
      [key(), topic({ kmsMasterKeyId: KEY_ID }), topicPolicy, notification],
      /Unable to validate .*: User: s3.amazonaws.com is not authorized to perform: kms:GenerateDataKey/,
    ],
    [
      "a notification to a topic with AWS's own key",
      [topic({ kmsMasterKeyId: "alias/aws/sns" }), topicPolicy, notification],
      /Unable to validate .*the policy of alias\/aws\/sns lets no service use it/,
    ],
  ])("is %s", async (_, resources, refusal) => {
    expect((await create(resources)).refusal).toMatch(refusal);
  });
});

describe("an existing key", () => {
  const existing = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  it("is there once the program has asked for it", async () => {
    const provider = new LocalProvider(PLACE);

    const answer = await provider.invoke("aws:kms/getKey:getKey", { keyId: existing });
    const [type, inputs] = queue({ kmsMasterKeyId: existing });
    const registration = { urn: "urn:queue", type, name: "work", parent: undefined, custom: true, dependsOn: [] };
    const { id } = await provider.create({ ...registration, inputs, shownInputs: inputs });

    expect(answer.arn).toBe(existing);
    expect(id).toBe(`${PLACE.queueEndpoint}/000000000000/work`);
  });

  it.each(["alias/images", "1234abcd", "arn:aws:kms:eu-west-1:123456789012:alias/images"])(
    "is not %s",
    async (keyId) => {
      const asked = new LocalProvider(PLACE).invoke("aws:kms/getKey:getKey", { keyId });

      await expect(asked).rejects.toThrow(`Expected the ARN of a KMS key, received ${keyId}.`);
    },
  );
});
