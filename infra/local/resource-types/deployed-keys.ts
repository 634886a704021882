import { refusalOf } from "../iam/evaluate.ts";
import { keyRequestsOf } from "../iam/key-access.ts";
import { isManagedByAws } from "../iam/keys.ts";
import { readPolicy } from "../iam/policy.ts";
import type { ServiceRequest } from "../iam/service-request.ts";
import { type Deployed, find } from "../resource-type.ts";

const KEY = "aws:kms/key:Key";
const ALIAS = "aws:kms/alias:Alias";

/** The ARN of the key that goes by this ID, ARN or alias, if it is there. */
export function deployedKeyArn(deployed: readonly Deployed[], name: unknown): string | undefined {
  const aliased = find(deployed, ALIAS).find(({ outputs }) => [outputs.name, outputs.arn].includes(name));
  const keyName = aliased?.outputs.targetKeyArn ?? name;
  const key = find(deployed, KEY).find(({ outputs }) => [outputs.keyId, outputs.arn].includes(keyName));
  return key && String(key.outputs.arn);
}

/** A sentence if something is encrypted with a key that isn't there. */
export function keyProblem(deployed: readonly Deployed[], input: string, name: string | undefined) {
  if (name === undefined || isManagedByAws(name) || deployedKeyArn(deployed, name) !== undefined) return undefined;
  return `Expected a KMS key or alias that exists for ${input}, received ${name}.`;
}

/** Why a service may not use the key of a topic that it publishes to, as a sentence; `undefined` if it may, or there is none. */
export function topicKeyRefusal(deployed: readonly Deployed[], request: ServiceRequest): string | undefined {
  return keyRefusal(deployed, "aws:sns/topic:Topic", request);
}

/** The same for a queue that a service sends to. What is sent nevertheless is lost. */
export function queueKeyRefusal(deployed: readonly Deployed[], request: ServiceRequest): string | undefined {
  return keyRefusal(deployed, "aws:sqs/queue:Queue", request);
}

function keyRefusal(
  deployed: readonly Deployed[],
  type: string,
  { principal, ...request }: ServiceRequest,
): string | undefined {
  const encrypted = find(deployed, type).find(({ outputs }) => outputs.arn === request.resource);
  const name = encrypted?.registration.inputs.kmsMasterKeyId;
  if (name === undefined) return undefined;
  if (isManagedByAws(String(name))) {
    return `Expected a customer managed key for ${request.resource}, which ${principal.name} sends to: the policy of ${name} lets no service use it, and nobody can change it.`;
  }
  const keyArn = deployedKeyArn(deployed, name) ?? String(name);
  const resource = readPolicy("resource", policyOf(deployed, keyArn));
  return keyRequestsOf(principal, request, keyArn)
    .map((asked) => refusalOf(principal, asked, { identity: [], resource }))
    .find((refusal) => refusal !== undefined);
}

/** The policy of a key by now: one of its own resource replaces the one that it was made with. */
function policyOf(deployed: readonly Deployed[], keyArn: string): string {
  const own = find(deployed, "aws:kms/keyPolicy:KeyPolicy").findLast(
    ({ registration }) => deployedKeyArn(deployed, registration.inputs.keyId) === keyArn,
  );
  const key = find(deployed, KEY).find(({ outputs }) => outputs.arn === keyArn);
  return String(own?.registration.inputs.policy ?? key?.outputs.policy);
}
