import type { DeployedStack } from "../../../infra/local/deploy.ts";
import { queueName } from "../../../infra/local/queue-name.ts";

/** The policy of a role. */
export interface DeployedRole {
  /** As AWS names it. */
  readonly role: string;
  /** As the program does: a worker's name. */
  readonly name: string;
  /** As JSON. */
  readonly policy: string;
}

/** A worker's role, and where it reads and writes: buckets with the beginnings of keys. */
export interface WorkerRole extends DeployedRole {
  readonly uploads: string;
  /** Of the whole stack. */
  readonly allUploads: string;
  readonly outputs: string;
}

export function deployedRoles({ resources }: Pick<DeployedStack, "resources">): DeployedRole[] {
  return resources
    .filter(({ registration }) => registration.type === "aws:iam/rolePolicy:RolePolicy")
    .map(({ registration: { name, inputs } }) => ({ name, role: String(inputs.role), policy: String(inputs.policy) }));
}

/** The workers' roles, in the order of the workers. */
export function workerRoles(stack: Pick<DeployedStack, "resources" | "workers">): WorkerRole[] {
  const roles = deployedRoles(stack);
  return stack.workers.map((worker) => {
    const role = roles.find(({ name }) => name === worker.name);
    if (!role) throw new Error(`Expected a role of the worker ${worker.name}.`);
    return { ...role, ...placesOf(role.policy) };
  });
}

/** The policies of buckets, topics, queues and keys, as JSON, by their ARNs. */
export function resourcePolicies({ resources, machine }: DeployedStack): ReadonlyMap<string, string> {
  const { region, accountId } = machine.emulator;
  const arnOf = (service: string, name: string) => `arn:aws:${service}:${region}:${accountId}:${name}`;
  const holders: Readonly<Record<string, (outputs: Readonly<Record<string, unknown>>) => string>> = {
    "aws:s3/bucketPolicy:BucketPolicy": ({ bucket }) => `arn:aws:s3:::${bucket}`,
    "aws:sns/topicPolicy:TopicPolicy": ({ arn }) => String(arn),
    "aws:sqs/queuePolicy:QueuePolicy": ({ queueUrl }) => arnOf("sqs", queueName(String(queueUrl))),
    // The policy that it was made with, which the other one replaces.
    "aws:kms/key:Key": ({ arn }) => String(arn),
    "aws:kms/keyPolicy:KeyPolicy": ({ keyId }) => arnOf("kms", `key/${keyId}`),
  };
  return new Map(
    resources.flatMap(({ registration, outputs }) => {
      const holder = holders[registration.type]?.(outputs);
      return holder === undefined ? [] : [[holder, String(outputs.policy)]];
    }),
  );
}

/** The policy of the resource that a request is for; an object's is its bucket's. */
export function policyOn(policies: ReadonlyMap<string, string>, resource: string): string | undefined {
  return policies.get(resource.startsWith("arn:aws:s3:::") ? (resource.split("/")[0] ?? "") : resource);
}

function placesOf(policy: string): Pick<WorkerRole, "uploads" | "allUploads" | "outputs"> {
  const statements: { Sid: string; Resource: string }[] = JSON.parse(policy).Statement;
  const placeOf = (sid: string) => statements.find(({ Sid }) => Sid === sid)?.Resource.replace(/\*$/, "") ?? "";
  return {
    uploads: placeOf("ReadUploads"),
    allUploads: placeOf("NeverWriteUploads"),
    outputs: placeOf("ReconcileOutputs"),
  };
}
