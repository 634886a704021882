import { createHash } from "node:crypto";
import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { KEY_USES, keyPolicy } from "../../policies.ts";
import { refusalOf } from "../iam/evaluate.ts";
import { policyProblem, readPolicy } from "../iam/policy.ts";
import { SECURE } from "../iam/service-request.ts";
import type { Machine } from "../machine.ts";
import {
  type Deployed,
  find,
  firstProblem,
  outside,
  type Place,
  type ResourceType,
  resourceType,
} from "../resource-type.ts";
import { deployedKeyArn } from "./deployed-keys.ts";

export const KMS_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:kms/key:Key": resourceType<Unwrap<aws.kms.KeyArgs>>({
    outputs: ({ policy }, place, name) => {
      const keyId = keyIdOf(name);
      const arn = keyArnOf(keyId, place);
      return { id: keyId, keyId, arn, policy: policy ?? keyPolicy(arn, []) };
    },
    refuse: ({ deletionWindowInDays, rotationPeriodInDays, policy, ...inputs }, _, place) =>
      firstProblem(
        outside("deletionWindowInDays", deletionWindowInDays, 7, 30),
        outside("rotationPeriodInDays", rotationPeriodInDays, 90, 2_560),
        kindProblem(inputs),
        policy !== undefined && keyPolicyProblem(policy, place),
      ),
    make: async (_, { access }, { arn, keyId, policy }) => {
      for (const name of [arn, keyId]) access.keys.name(String(name), String(arn));
      access.putResourcePolicy(String(arn), String(policy));
    },
  }),
  "aws:kms/keyPolicy:KeyPolicy": resourceType<Unwrap<aws.kms.KeyPolicyArgs>>({
    outputs: ({ keyId }) => ({ id: keyId }),
    refuse: ({ keyId, policy, bypassPolicyLockoutSafetyCheck }, deployed, place) =>
      firstProblem(
        missingKey(deployed, "keyId", keyId),
        policyProblem("resource", policy),
        !bypassPolicyLockoutSafetyCheck && keyPolicyProblem(policy, place),
      ),
    make: putKeyPolicy,
    update: putKeyPolicy,
  }),
  "aws:kms/alias:Alias": resourceType<Unwrap<aws.kms.AliasArgs>>({
    name: { input: "name", maxLength: 256 },
    outputs: ({ targetKeyId }, place, name) => ({
      id: name,
      arn: `arn:aws:kms:${place.region}:${place.accountId}:${name}`,
      targetKeyArn: targetKeyId.startsWith("arn:") ? targetKeyId : keyArnOf(targetKeyId, place),
    }),
    refuse: ({ name = "", targetKeyId }, deployed) =>
      firstProblem(
        !/^alias\/(?!aws\/)[\w/-]+$/.test(name) &&
          `Expected an alias as alias/NAME, other than those of alias/aws/, received ${name}.`,
        find(deployed, "aws:kms/alias:Alias").some(({ outputs }) => outputs.name === name) &&
          `AlreadyExistsException: An alias with the name ${name} already exists.`,
        missingKey(deployed, "targetKeyId", targetKeyId),
      ),
    make: async ({ name }, { access }, { arn, targetKeyArn }) => {
      for (const alias of [name, arn]) access.keys.name(String(alias), String(targetKeyArn));
    },
  }),
};

/**
 * A key that another stack made, in whatever region and account. This machine takes it to be there, with the policy that this
 * project asks for. Throws an `Error` for what is no key's ARN.
 */
export function existingKey(keyArn: string, { region, accountId }: Place): Deployed {
  const [, keyId] = /^arn:aws:kms:[\w-]+:\d{12}:key\/([\w-]+)$/.exec(keyArn) ?? [];
  if (keyId === undefined) throw new Error(`Expected the ARN of a KMS key, received ${keyArn}.`);
  const policy = keyPolicy(keyArnOf(keyId, { region, accountId }), KEY_USES);
  const inputs = { policy };
  const type = "aws:kms/key:Key";
  const registration = {
    ...{ urn: keyArn, type, name: keyId, parent: undefined, custom: true, dependsOn: [] },
    ...{ inputs, shownInputs: inputs },
  };
  return { registration, outputs: { id: keyId, keyId, arn: keyArn, enabled: true, policy } };
}

async function putKeyPolicy({ keyId, policy }: Unwrap<aws.kms.KeyPolicyArgs>, { access }: Machine): Promise<void> {
  access.putResourcePolicy(access.keys.arnOf(keyId), String(policy));
}

function missingKey(deployed: readonly Deployed[], input: string, keyId: string): string | false {
  return deployedKeyArn(deployed, keyId) === undefined && `Expected a key that exists for ${input}, received ${keyId}.`;
}

/** What a key of another kind would encrypt is not what S3, SNS and SQS store. */
function kindProblem({ keyUsage = "ENCRYPT_DECRYPT", customerMasterKeySpec = "SYMMETRIC_DEFAULT" }: aws.kms.KeyArgs) {
  const kind = `${keyUsage} ${customerMasterKeySpec}`;
  return (
    kind !== "ENCRYPT_DECRYPT SYMMETRIC_DEFAULT" &&
    `Expected a symmetric key that encrypts, which is all this machine has, received ${kind}.`
  );
}

/** Why a document is no policy of a key, or of one that nobody could manage (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key). */
function keyPolicyProblem(document: unknown, { region, accountId }: Place): string | undefined {
  const problem = policyProblem("resource", document);
  if (problem !== undefined) return problem;
  const change = { action: "kms:PutKeyPolicy", resource: keyArnOf("new", { region, accountId }), context: SECURE };
  const resource = readPolicy("resource", String(document));
  const locksOut = refusalOf({ kind: "owner", accountId }, change, { identity: [], resource }) !== undefined;
  return locksOut
    ? "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future."
    : undefined;
}

/** The shape of KMS's, from the resource's name. */
function keyIdOf(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

function keyArnOf(keyId: string, { region, accountId }: Pick<Place, "region" | "accountId">): string {
  return `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
}
