import { describe, expect, it } from "vitest";
import type { AccessDecision } from "../../../infra/local/iam/access-control.ts";
import { unneededGrants, unusedServiceGrants } from "./grants.ts";

const BUCKET = "arn:aws:s3:::bucket";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:topic";
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:work";

function call(action: string, resource: string, others: Partial<AccessDecision> = {}): AccessDecision {
  return { principal: "role", action, resource, context: {}, refusal: undefined, ...others };
}

function document(...statements: readonly object[]): string {
  return JSON.stringify({ Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })) });
}

describe("a grant that nobody needs", () => {
  const READ = { Sid: "Read", Action: "s3:GetObject", Resource: `${BUCKET}/*` };
  const PUBLISH = { Sid: "Publish", Action: "sns:Publish", Resource: TOPIC };
  const calls = [call("s3:GetObject", `${BUCKET}/a`), call("sns:Publish", TOPIC)];

  it.each<[string, object, string[]]>([
    ["another action", { Action: "s3:GetObjectTagging", Resource: `${BUCKET}/*` }, ["Added s3:GetObjectTagging"]],
    ["all actions", { Action: "s3:*", Resource: "*" }, ["Added s3:*"]],
    [
      "what another grant is about",
      { Action: ["sns:Publish"], Resource: "*" },
      ["Publish sns:Publish", "Added sns:Publish"],
    ],
    ["another resource", { Action: "s3:GetObject", Resource: `${BUCKET}2/*` }, ["Added s3:GetObject"]],
  ])("is seen among those of a role: %s", (_, added, unneeded) => {
    expect(unneededGrants(document(READ, PUBLISH, { Sid: "Added", ...added }), calls)).toEqual(unneeded);
  });

  it("is none that is needed, and no deny", () => {
    const deny = { Sid: "Deny", Effect: "Deny", Action: "s3:Put*", Resource: `${BUCKET}/*` };

    expect(unneededGrants(document(READ, deny, PUBLISH), calls)).toEqual([]);
  });
});

describe("a grant that no service uses", () => {
  const SENT = call("sqs:SendMessage", QUEUE, { principal: "sns.amazonaws.com" });
  const SEND = { Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: QUEUE };

  it.each<[string, object, AccessDecision[]]>([
    ["of another service", { ...SEND, Principal: { Service: "events.amazonaws.com" } }, [SENT]],
    ["of another action", { ...SEND, Action: "sqs:ReceiveMessage" }, [SENT]],
    ["that was refused", SEND, [{ ...SENT, refusal: "because" }]],
  ])("is seen: one %s", (_, statement, calls) => {
    expect(unusedServiceGrants(document({ Sid: "Added", ...statement }), calls)).toHaveLength(1);
  });

  it("is none that is used, and nothing that a policy leaves to its account", () => {
    const account = { Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sqs:*", Resource: QUEUE };

    expect(unusedServiceGrants(document(SEND, account), [SENT])).toEqual([]);
  });
});
