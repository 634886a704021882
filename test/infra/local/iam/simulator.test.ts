import { runSimulation } from "@cloud-copilot/iam-simulate";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../../../../infra/local/iam/evaluate.ts";
import { readPolicy } from "../../../../infra/local/iam/policy.ts";
import { principalName } from "../../../../infra/local/iam/principal.ts";
import { importsOf } from "../../../support/imports.ts";
import { readSources } from "../../../support/project-files.ts";
import { ACCOUNT } from "./policy-samples.ts";
import { DECIDED_REQUESTS, type DecidedRequest } from "./requests-to-policies.ts";

describe("this project's policies", () => {
  it.each(DECIDED_REQUESTS.map((decided) => [titleOf(decided), decided] as const))("%s", async (_, decided) => {
    const { principal, request, identityPolicy, resourcePolicy, allowed } = decided;

    const refusal = refusalOf(principal, request, {
      identity: identityPolicy ? [readPolicy("identity", identityPolicy)] : [],
      resource: resourcePolicy ? readPolicy("resource", resourcePolicy) : undefined,
    });
    const simulated = await simulate(decided);

    expect({ here: refusal === undefined, simulated }).toEqual({ here: allowed, simulated: allowed });
  });
});

describe("the simulator", () => {
  // Its licence, the AGPL, would be that of whatever is made with it.
  it("is imported by tests alone", () => {
    const importers = importsOf(readSources()).filter(({ to }) => to === "@cloud-copilot/iam-simulate");

    expect(importers.map(({ from }) => from.split("/")[0])).toEqual(["test"]);
  });
});

function titleOf({ principal, request: { action, resource, context }, allowed }: DecidedRequest): string {
  const name = principalName(principal).split("/").at(-1);
  return `${allowed ? "let" : "do not let"} ${name} do ${action} on ${resource}, ${JSON.stringify(context)}`;
}

async function simulate({ principal, request, identityPolicy, resourcePolicy }: DecidedRequest): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: principalName(principal),
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
