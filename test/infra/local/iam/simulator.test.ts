import { describe, expect, it } from "vitest";
import { refusalOf } from "../../../../infra/local/iam/evaluate.ts";
import { readPolicy } from "../../../../infra/local/iam/policy.ts";
import { principalName } from "../../../../infra/local/iam/principal.ts";
import { importsOf } from "../../../support/imports.ts";
import { readSources } from "../../../support/project-files.ts";
import type { DecidedRequest } from "./decided-request.ts";
import { MAIL_AND_ALARM_REQUESTS } from "./mail-and-alarm-requests.ts";
import { REQUESTS_OF_SERVICES } from "./requests-of-services.ts";
import { REQUESTS_OF_WORKERS } from "./requests-of-workers.ts";
import { simulate } from "./simulate.ts";

describe("this project's policies", () => {
  it.each(
    [...REQUESTS_OF_WORKERS, ...REQUESTS_OF_SERVICES, ...MAIL_AND_ALARM_REQUESTS].map(
      (decided) => [titleOf(decided), decided] as const,
    ),
  )("%s", async (_, decided) => {
    const { principal, request, identityPolicy, resourcePolicy, allowed } = decided;

    const refusal = refusalOf(principal, request, {
      identity: identityPolicy ? [readPolicy("identity", identityPolicy)] : [],
      resource: resourcePolicy ? readPolicy("resource", resourcePolicy) : undefined,
    });
    const simulated = await simulate({ ...decided, principal: principalName(principal) });

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
