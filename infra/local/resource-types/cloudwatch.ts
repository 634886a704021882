import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { type ResourceType, resourceType } from "../resource-type.ts";

export const CLOUDWATCH_TYPES: Readonly<Record<string, ResourceType>> = {
  "aws:cloudwatch/logGroup:LogGroup": resourceType<Unwrap<aws.cloudwatch.LogGroupArgs>>({
    name: { input: "name", maxLength: 512 },
    outputs: (_, { region, accountId }, name) => ({
      id: name,
      arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}`,
    }),
  }),
};
