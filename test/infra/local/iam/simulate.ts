import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { AccessRequest } from "../../../../infra/local/iam/evaluate.ts";
import { ACCOUNT } from "./policy-samples.ts";

/** A request by a principal of AWS's name for it, and the policies that decide on it. */
export interface SimulatedRequest {
  /** An ARN, or a service's name. */
  readonly principal: string;
  readonly request: AccessRequest;
  /** As JSON. */
  readonly identityPolicy?: string | undefined;
  /** As JSON. */
  readonly resourcePolicy?: string | undefined;
}

/** Whether a simulator of IAM that knows nothing of this project allows a request. */
export async function simulate(simulated: SimulatedRequest): Promise<boolean> {
  const { principal, request, identityPolicy, resourcePolicy } = simulated;
  const answer = await runSimulation(
    {
      request: {
        principal,
        action: request.action,
        resource: { resource: request.resource, accountId: request.resource.split(":")[4] || ACCOUNT },
        contextVariables: { ...request.context },
      },
      identityPolicies: identityPolicy ? [{ name: "worker", policy: JSON.parse(identityPolicy) }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy && { resourcePolicy: JSON.parse(resourcePolicy) }),
    },
    {},
  );
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === "Allowed";
}
