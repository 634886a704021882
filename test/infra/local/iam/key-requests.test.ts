import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { PublishCommand } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { AccessDecision } from "../../../../infra/local/iam/access-control.ts";
import { deliveryQueuePolicy, KEY_USES, type KeyUse, keyPolicy } from "../../../../infra/policies.ts";
import { allow, failureOf, type GuardedCloud, refused, startGuardedCloud } from "./guarded-cloud.ts";
import { arn } from "./policy-samples.ts";

const KEY = arn("kms", "key/1234abcd");
const TOPIC = arn("sns", "topic");
const QUEUE = arn("sqs", "work");
const Bucket = "bucket";

interface EncryptedCloud extends GuardedCloud {
  readonly queueUrl: string;
}

/** A bucket with an object, and a topic whose messages a queue gets, all of them encrypted with one key. */
async function startEncrypted(uses: readonly KeyUse[] = KEY_USES, key = KEY): Promise<EncryptedCloud> {
  const cloud = await startGuardedCloud();
  const { access, emulator, s3 } = cloud;
  await emulator.createBucket(Bucket);
  await s3.send(new PutObjectCommand({ Bucket, Key: "photo", Body: "x" }));
  await emulator.createTopic("topic");
  const { url: queueUrl } = await emulator.createQueue("work", {});
  access.putResourcePolicy(QUEUE, deliveryQueuePolicy({ queueArn: QUEUE, topicArn: TOPIC }));
  await emulator.subscribe({ topicArn: TOPIC, queueArn: QUEUE });
  access.keys.name(KEY, KEY);
  access.putResourcePolicy(KEY, keyPolicy(KEY, uses));
  for (const resource of [`arn:aws:s3:::${Bucket}`, TOPIC, QUEUE]) access.keys.encrypt(resource, key);
  return { ...cloud, queueUrl };
}

type Clients = ReturnType<GuardedCloud["asRole"]>;
type Call = (clients: Clients, cloud: EncryptedCloud) => Promise<unknown>;

const CALLS = {
  "reads an object": ({ s3 }) => s3.send(new GetObjectCommand({ Bucket, Key: "photo" })),
  "asks for an object's head": ({ s3 }) => s3.send(new HeadObjectCommand({ Bucket, Key: "photo" })),
  "writes an object": ({ s3 }) => s3.send(new PutObjectCommand({ Bucket, Key: "copy", Body: "x" })),
  "writes an object in parts": async ({ s3 }) => {
    const place = { Bucket, Key: "parts" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
    const { ETag } = await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: "x" }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload }));
  },
  "sends a message": ({ sqs }, { queueUrl }) =>
    sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "x" })),
  "receives messages": ({ sqs }, { queueUrl }) => sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl })),
  "publishes a message": ({ sns }) => sns.send(new PublishCommand({ TopicArn: TOPIC, Message: "x" })),
} as const satisfies Record<string, Call>;

type CallName = keyof typeof CALLS;

/** Why a call is refused, if it is. */
function failure(name: CallName, clients: Clients, cloud: EncryptedCloud) {
  return failureOf(CALLS[name](clients, cloud));
}

/** All that the services themselves ask for. */
const ON_RESOURCES = [
  allow(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/*`),
  allow(["sqs:SendMessage", "sqs:ReceiveMessage"], QUEUE),
  allow("sns:Publish", TOPIC),
];
const BOTH = ["kms:Decrypt", "kms:GenerateDataKey"];

/** What the role asked of the key, each action once. */
function asked({ decisions }: GuardedCloud): string[] {
  const ofKey = ({ principal, resource }: AccessDecision) => principal.includes(":assumed-role/") && resource === KEY;
  return [...new Set(decisions.filter(ofKey).map(({ action }) => action))].sort();
}

describe("a role that may use what is encrypted", () => {
  it.each<[CallName, string[]]>([
    ["reads an object", ["kms:Decrypt"]],
    ["asks for an object's head", []],
    ["writes an object", ["kms:GenerateDataKey"]],
    ["writes an object in parts", BOTH],
    ["sends a message", BOTH],
    ["receives messages", ["kms:Decrypt"]],
    ["publishes a message", BOTH],
  ])("%s with %j of the key, and nothing else of it", async (name, actions) => {
    await using cloud = await startEncrypted();
    const ofKey = actions.length > 0 ? [allow(actions, KEY)] : [];

    const refusal = await failure(name, cloud.asRole(...ON_RESOURCES, ...ofKey), cloud);

    expect(refusal).toBeUndefined();
    expect(asked(cloud)).toEqual(actions);
  });

  it.each<[CallName, string, string]>([
    ["reads an object", "kms:GenerateDataKey", "kms:Decrypt"],
    ["writes an object", "kms:Decrypt", "kms:GenerateDataKey"],
    ["writes an object in parts", "kms:GenerateDataKey", "kms:Decrypt"],
    ["sends a message", "kms:GenerateDataKey", "kms:Decrypt"],
    ["sends a message", "kms:Decrypt", "kms:GenerateDataKey"],
    ["receives messages", "kms:GenerateDataKey", "kms:Decrypt"],
    ["publishes a message", "kms:Decrypt", "kms:GenerateDataKey"],
  ])(
    "that %s and may do %s alone is refused, by its own name, that of %s and that of the key",
    async (name, action, missing) => {
      await using cloud = await startEncrypted();

      const clients = cloud.asRole(...ON_RESOURCES, allow(action, KEY));
      const refusal = await failure(name, clients, cloud);

      expect(refusal.message).toBe(refused(missing, KEY));
    },
  );

  it("uses a key only through the services that its policy names", async () => {
    await using cloud = await startEncrypted();
    const viaSqs = allow(BOTH, KEY, { StringEquals: { "kms:ViaService": "sqs.us-east-1.amazonaws.com" } });

    const clients = cloud.asRole(...ON_RESOURCES, viaSqs);
    const failures = [
      await failure("receives messages", clients, cloud),
      await failure("reads an object", clients, cloud),
    ];

    expect(failures.map((refusal) => refusal?.message)).toEqual([undefined, refused("kms:Decrypt", KEY)]);
  });

  it("may not use a key whose own policy leaves nothing to IAM policies, and neither may the owner", async () => {
    await using cloud = await startEncrypted();
    const nobody = { Effect: "Deny", Principal: { Service: "ec2.amazonaws.com" }, Action: "kms:*", Resource: "*" };
    cloud.access.putResourcePolicy(KEY, JSON.stringify({ Statement: nobody }));

    const ofRole = await failure("reads an object", cloud.asRole(...ON_RESOURCES, allow(BOTH, KEY)), cloud);
    const ofOwner = await failureOf(cloud.s3.send(new GetObjectCommand({ Bucket, Key: "photo" })));

    const why = "because no resource-based policy allows the kms:Decrypt action";
    expect(ofRole.message).toMatch(new RegExp(`assumed-role/worker/thumbnail is not .* kms:Decrypt on .*${why}$`));
    expect(ofOwner.message).toMatch(new RegExp(`000000000000:root is not .* kms:Decrypt on .*${why}$`));
  });

  it("needs no permission for a key that AWS manages", async () => {
    await using cloud = await startEncrypted([], "alias/aws/s3");
    const { s3 } = cloud.asRole(...ON_RESOURCES);

    const { ContentLength } = await s3.send(new GetObjectCommand({ Bucket, Key: "photo" }));

    expect(ContentLength).toBe(1);
  });
});

describe("a service that sends to an encrypted queue", () => {
  const deliver = async (cloud: EncryptedCloud) => {
    await cloud.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: "hello" }));
    return (await cloud.drain(cloud.queueUrl)).length;
  };

  it("is let in by the key's policy", async () => {
    await using cloud = await startEncrypted(["deliveries"]);

    expect(await deliver(cloud)).toBe(1);
    expect(cloud.lost).toEqual([]);
  });

  it.each<[string, KeyUse[], string, string]>([
    ["the key's policy lets others in", ["notifications", "events", "alarms"], KEY, KEY],
    ["the key is AWS's own", ["deliveries"], "alias/aws/sqs", "alias/aws/sqs"],
  ])("loses messages if %s, and the machine says why", async (_, uses, key, named) => {
    await using cloud = await startEncrypted(uses, key);

    expect(await deliver(cloud)).toBe(0);
    expect(cloud.lost.map(({ reason }) => reason)).toEqual([
      `User: sns.amazonaws.com is not authorized to perform: kms:GenerateDataKey on resource: "${named}" because no resource-based policy allows the kms:GenerateDataKey action`,
    ]);
  });

  it("is kept out for topics of other accounts", async () => {
    await using cloud = await startEncrypted();
    cloud.access.putResourcePolicy(KEY, keyPolicy(KEY.replace("000000000000", "111111111111"), KEY_USES));
    cloud.access.keys.encrypt(TOPIC, undefined);

    await cloud.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: "hello" }));

    expect(cloud.lost[0]?.reason).toMatch(/^User: sns.amazonaws.com is not authorized to perform: kms:GenerateDataKey/);
  });
});
