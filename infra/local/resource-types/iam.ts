import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { policyProblem } from "../iam/policy.ts";
import type { Machine } from "../machine.ts";
import { find, firstProblem, type ResourceType, resourceType } from "../resource-type.ts";

export const IAM_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:iam/role:Role": resourceType<Unwrap<aws.iam.RoleArgs>>({
    name: { input: "name", maxLength: 64 },
    outputs: (_, { accountId }, name) => ({
      id: name,
      arn: `arn:aws:iam::${accountId}:role/${name}`,
      uniqueId: `AROA${name}`,
    }),
    refuse: ({ assumeRolePolicy }) => policyProblem("trust", assumeRolePolicy),
  }),
  "aws:iam/rolePolicy:RolePolicy": resourceType<Unwrap<aws.iam.RolePolicyArgs>>({
    name: { input: "name", maxLength: 128 },
    outputs: ({ role }, _, name) => ({ id: `${role}:${name}` }),
    refuse: ({ role, policy }, deployed) =>
      firstProblem(
        !find(deployed, "aws:iam/role:Role").some(({ outputs }) => outputs.name === role) &&
          `Expected a role that exists, received ${role}.`,
        policyProblem("identity", policy),
      ),
    make: putRolePolicy,
    update: putRolePolicy,
  }),
};

async function putRolePolicy(
  { role, policy }: Unwrap<aws.iam.RolePolicyArgs>,
  { access }: Machine,
  { name }: Readonly<Record<string, unknown>>,
): Promise<void> {
  access.putRolePolicy(String(role), String(name), String(policy));
}
