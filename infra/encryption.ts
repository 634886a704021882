import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackSettings } from "./config/stack-settings.ts";
import { type KeyUse, keyPolicy } from "./policies.ts";

/** Whose key encrypts a resource. */
export interface EncryptionSettings {
  /** A KMS key; without it AWS encrypts buckets and queues with keys of its own, at no cost, and topics not at all. */
  readonly keyArn?: pulumi.Input<string> | undefined;
}

export interface EncryptionArgs {
  /** An existing key, in place of one that the stack makes. */
  readonly keyArn?: string | undefined;
  /** What services do with the key. Of an existing key they are in its own policy. */
  readonly uses: readonly KeyUse[];
  /** Whether the key is protected from deletion: what it encrypted is lost with it. */
  readonly protect: boolean;
}

export type EncryptedStack = Pick<
  StackSettings,
  "encryption" | "kmsKeyArn" | "protectBuckets" | "ingest" | "failureMail" | "alarms"
>;

/** The longest that KMS offers to change one's mind (https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html). */
const DELETION_WINDOW_DAYS = 30;

/** As long as SNS uses a data key; each further one is a paid request for every queue and whoever uses it. */
const DATA_KEY_REUSE_SECONDS = 300;

/** A KMS key of the stack's own, or an existing one, which buckets, queues and topics are encrypted with. */
export class Encryption extends pulumi.ComponentResource implements EncryptionSettings {
  /** Known once services may use the key. */
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Encryption", name, {}, options);

    this.keyArn = args.keyArn ? existingKey(args.keyArn, this) : newKey(name, args, this);
    this.registerOutputs({ keyArn: this.keyArn });
  }
}

/** What a stack's resources are encrypted with, and the key if it makes one: for the services that its settings let use it. */
export function encryptionOf(stack: EncryptedStack): EncryptionSettings {
  if (stack.encryption === "managed") return {};
  const byTopic = stack.ingest === "sns";
  // SNS delivers results to whoever mails of failures, too.
  const deliveries = byTopic || stack.failureMail.by === "ses";
  const uses: readonly [KeyUse, boolean][] = [
    ["notifications", byTopic],
    ["deliveries", deliveries],
    ["events", !byTopic],
    ["alarms", stack.alarms.enabled],
  ];
  return new Encryption("encryption", {
    keyArn: stack.kmsKeyArn,
    protect: stack.protectBuckets,
    uses: uses.filter(([, isUsed]) => isUsed).map(([use]) => use),
  });
}

/** The default encryption of a bucket. A key for the whole bucket spares a request to KMS for each object. */
export function bucketEncryption({
  keyArn,
}: EncryptionSettings): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (!keyArn) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
    bucketKeyEnabled: true,
  };
}

/** The encryption of a queue. */
export function queueEncryption({
  keyArn,
}: EncryptionSettings): Pick<
  aws.sqs.QueueArgs,
  "kmsMasterKeyId" | "kmsDataKeyReusePeriodSeconds" | "sqsManagedSseEnabled"
> {
  if (!keyArn) return { sqsManagedSseEnabled: true };
  return { kmsMasterKeyId: keyArn, kmsDataKeyReusePeriodSeconds: DATA_KEY_REUSE_SECONDS };
}

/** The encryption of a topic: none without a key, since AWS's own key for topics lets no service publish. */
export function topicEncryption({ keyArn }: EncryptionSettings): Pick<aws.sns.TopicArgs, "kmsMasterKeyId"> {
  return keyArn ? { kmsMasterKeyId: keyArn } : {};
}

function newKey(name: string, { uses, protect }: EncryptionArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const child = { parent };
  const description = `Buckets, queues and topics of ${pulumi.getProject()}, stack ${pulumi.getStack()}.`;
  const key = new aws.kms.Key(
    name,
    { description, enableKeyRotation: true, deletionWindowInDays: DELETION_WINDOW_DAYS },
    { ...child, protect },
  );
  new aws.kms.Alias(name, { name: `alias/${pulumi.getProject()}-${pulumi.getStack()}`, targetKeyId: key.keyId }, child);
  const policy = new aws.kms.KeyPolicy(
    name,
    { keyId: key.keyId, policy: key.arn.apply((arn) => keyPolicy(arn, uses)) },
    child,
  );
  return pulumi.all([key.arn, policy.id]).apply(([arn]) => arn);
}

/** Its ARN, as KMS knows it: a key that isn't there, or is in another region, ends the preview. */
function existingKey(keyArn: string, parent: pulumi.Resource): pulumi.Output<string> {
  return aws.kms.getKeyOutput({ keyId: keyArn }, { parent }).arn;
}
