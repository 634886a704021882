import { policyProblem } from "../iam/policy.ts";
import type { Machine } from "../machine.ts";
import { type Place, type ResourceType, resourceType } from "../resource-type.ts";

interface PolicyResource<Inputs> {
  readonly outputs: ResourceType<Inputs>["outputs"];
  /** The ARN of the resource that it is the policy of. */
  readonly holder: (inputs: Inputs, place: Pick<Place, "region" | "accountId">) => string;
}

/** Declares a type of resource that is the policy of another one. It decides from when it is made, or updated. */
export function policyResource<Inputs extends { readonly policy: unknown }>({
  outputs,
  holder,
}: PolicyResource<Inputs>): ResourceType {
  const put = async (inputs: Inputs, { access, emulator }: Machine) =>
    access.putResourcePolicy(holder(inputs, emulator), String(inputs.policy));
  return resourceType<Inputs>({
    outputs,
    refuse: ({ policy }) => policyProblem("resource", policy),
    make: put,
    update: put,
  });
}
