import { type AccessRequest, refusalOf } from "../iam/evaluate.ts";
import { readPolicy } from "../iam/policy.ts";
import { type Principal, roleName } from "../iam/principal.ts";
import type { ServiceRequest } from "../iam/service-request.ts";
import { queueName } from "../queue-name.ts";
import { type Deployed, find } from "../resource-type.ts";

/** Whether a topic's own policy, if it has one by now, lets a service do this. */
export function topicAdmits(deployed: readonly Deployed[], request: ServiceRequest): boolean {
  return admits(find(deployed, "aws:sns/topicPolicy:TopicPolicy", { arn: request.resource }), request);
}

/** Whether a queue's own policy, if it has one by now, lets a service do this. */
export function queueAdmits(deployed: readonly Deployed[], request: ServiceRequest): boolean {
  const policies = find(deployed, "aws:sqs/queuePolicy:QueuePolicy").filter(
    ({ registration }) => queueName(String(registration.inputs.queueUrl)) === queueName(request.resource),
  );
  return admits(policies, request);
}

/** Whether the policies that a role has by now let it do this. */
export function roleAllows(deployed: readonly Deployed[], roleArn: string, request: AccessRequest): boolean {
  const role: Principal = { kind: "role", roleArn, sessionName: "" };
  const identity = find(deployed, "aws:iam/rolePolicy:RolePolicy", { role: roleName(roleArn) }).map(
    ({ registration }) => readPolicy("identity", String(registration.inputs.policy)),
  );
  return refusalOf(role, request, { identity, resource: undefined }) === undefined;
}

/** AWS has one policy for each resource: a later one replaces it. */
function admits(policies: readonly Deployed[], { principal, ...request }: ServiceRequest): boolean {
  const document = policies.at(-1)?.registration.inputs.policy;
  if (document === undefined) return false;
  const resource = readPolicy("resource", String(document));
  return refusalOf(principal, request, { identity: [], resource }) === undefined;
}
