import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { find, type ResourceType, resourceType } from "../resource-type.ts";

export const IAM_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:iam/role:Role": resourceType<Unwrap<aws.iam.RoleArgs>>({
    name: { input: "name", maxLength: 64 },
    outputs: (_, { accountId }, name) => ({
      id: name,
      arn: `arn:aws:iam::${accountId}:role/${name}`,
      uniqueId: `AROA${name}`,
    }),
  }),
  "aws:iam/rolePolicy:RolePolicy": resourceType<Unwrap<aws.iam.RolePolicyArgs>>({
    name: { input: "name", maxLength: 128 },
    outputs: ({ role }, _, name) => ({ id: `${role}:${name}` }),
    refuse: ({ role }, deployed) =>
      find(deployed, "aws:iam/role:Role").some(({ outputs }) => outputs.name === role)
        ? undefined
        : `Expected a role that exists, received ${role}.`,
  }),
};
